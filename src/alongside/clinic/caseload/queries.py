"""Who on a caseload needs attention, and all that a therapist may know of one client."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.db.models import QuerySet

from alongside.clinic.access.policy import Segment
from alongside.clinic.access.viewer import Viewer
from alongside.clinic.alliance.queries import (
    WORDS_STAY_ON_THE_BOARD,
    Alliance,
    alliance_of,
    has_words_waiting,
    open_repairs_of,
    summaries_of,
    word_questions,
)
from alongside.clinic.caseload.attention import (
    Holding,
    Reason,
    Standing,
    most_pressing,
    repair_holding,
)
from alongside.clinic.engagement.models import ReachedOut
from alongside.clinic.engagement.queries import Drifting, outreach_for, reached_out_to
from alongside.clinic.people.models import Client, Role
from alongside.clinic.progress.queries import (
    NO_SIGNS,
    ProgressCourse,
    ProgressSigns,
    progress_of,
    signs_in_care_of,
)
from alongside.clinic.signals.models import Signal, SignalKind
from alongside.clinic.signals.queries import SignalWork, resting_of, work_of
from alongside.clinic.statements import Parameter, Select
from alongside.clinic.visits.models import Visit
from alongside.clinic.visits.queries import next_visits, untold_visits, visits_seen, with_silence


@dataclass(frozen=True)
class ClientRecord:
    """All that one therapist may know of one client at this moment."""

    client: Client
    standing: Standing
    alliance: Alliance
    progress: tuple[ProgressCourse, ...]
    visits: tuple[Visit, ...]
    signal_work: SignalWork
    reached_out: tuple[ReachedOut, ...]


def caseload_of(viewer: Viewer, *, named: str = "") -> list[Standing]:
    """The clients in this therapist's care, who needs attention first; then by name.

    `named` keeps those whose name or number holds these letters, whatever their case and accents,
    and who had just this number in another record once.
    """
    if not viewer.is_a(Role.THERAPIST):
        return []
    clients = _caseload(word_questions()).all(**_this_moment(viewer))
    wanted = plain_letters(named)
    once = (
        set(Client.objects.numbered(named.strip()).values_list("pk", flat=True)) if wanted else ()
    )
    shown = [client for client in clients if client.pk in once or _is_named(client, wanted)]
    viewer.looks.at_list({client.pk for client in shown}, Segment.IDENTITY)
    return _standings(viewer, shown)


def record_of(viewer: Viewer, client: Client) -> ClientRecord:
    """All that this therapist may know of a client in their care.

    Raises: NotFound.
    """
    visits = visits_seen(viewer, client)
    return ClientRecord(
        client=client,
        standing=_standings(viewer, _one_of_them(viewer, client))[0],
        alliance=alliance_of(viewer, client, visits),
        progress=progress_of(viewer, client),
        visits=tuple(visits),
        signal_work=work_of(viewer, client),
        reached_out=reached_out_to(viewer, client),
    )


def signals_of(viewer: Viewer, client: Client) -> frozenset[Signal]:
    """The signals of a client in their care that this therapist may set aside."""
    return _standings(viewer, _one_of_them(viewer, client))[0].signals


def plain_letters(text: str) -> str:
    """The text in lower case and without accents, as people type when they search."""
    small = text.strip().casefold()
    if small.isascii():
        return small
    parted = unicodedata.normalize("NFKD", small)
    return "".join(letter for letter in parted if not unicodedata.combining(letter))


def _is_named(client: Client, wanted: str) -> bool:
    if not wanted:
        return True  # and no name or number was opened in vain
    names = (client.display_name, client.code)
    return any(wanted in plain_letters(name) for name in names)


def _this_moment(viewer: Viewer) -> dict[str, Any]:
    return {
        "therapist": viewer.person.pk,
        "today": viewer.today,
        "now": viewer.now,
        "since": viewer.now - WORDS_STAY_ON_THE_BOARD,
    }


def _clients(questions: frozenset[str]) -> QuerySet[Any]:
    """The clients of a caseload with their silence, and whether words to `questions` wait."""
    therapist, now = Parameter("therapist"), Parameter("now")
    in_care = Client.objects.in_care_of(therapist, Parameter("today"))
    words = has_words_waiting(therapist, questions, since=Parameter("since"), now=now)
    rows: QuerySet[Any] = with_silence(in_care, therapist, now=now).annotate(has_words=words)
    return rows


@lru_cache(maxsize=8)
def _caseload(questions: frozenset[str]) -> Select[Any]:
    return Select(lambda: _clients(questions))


@lru_cache(maxsize=8)
def _one(questions: frozenset[str]) -> Select[Any]:
    return Select(lambda: _clients(questions).filter(pk=Parameter("client")))


def _one_of_them(viewer: Viewer, client: Client) -> list[Any]:
    return _one(word_questions()).all(client=client.pk, **_this_moment(viewer))


def _standings(viewer: Viewer, clients: Iterable[Any]) -> list[Standing]:
    """Where these clients of the viewer stand, who needs attention first."""
    summaries, repairs, comes = summaries_of(viewer), open_repairs_of(viewer), next_visits(viewer)
    signs, untold, resting = signs_in_care_of(viewer), untold_visits(viewer), resting_of(viewer)
    clients = tuple(clients)
    outreach = outreach_for(viewer, clients, summaries=summaries, repairs=repairs)
    found = []
    for client in clients:
        its_signs, at_rest = signs.get(client.pk, NO_SIGNS), resting.get(client.pk, {})
        drifting = outreach.get(client.pk)
        holdings = (
            *map(repair_holding, repairs.get(client.pk, ())),
            *_other_holdings(client, its_signs, drifting, has_untold_visit=client.pk in untold),
        )
        found.append(
            Standing(
                client=client,
                pressing=most_pressing(holdings, at_rest),
                holdings=holdings,
                resting=at_rest,
                summary=summaries.get(client.pk, {}),
                signs=its_signs,
                comes_at=comes.get(client.pk),
                drifting=drifting,
            )
        )
    return sorted(
        found,
        key=lambda each: (each.reason, plain_letters(each.client.display_name), each.client.pk),
    )


def _other_holdings(
    client: Any, signs: ProgressSigns, drifting: Drifting | None, *, has_untold_visit: bool
) -> Iterator[Holding]:
    """What holds for a client of a caseload beside open repairs."""
    if drifting and drifting.is_by_rule:
        yield Holding(Reason.REACH_OUT)
    elif drifting and drifting.away_since:
        yield Holding(Reason.AWAY, signal=Signal(SignalKind.AWAY, drifting.occasion))
    elif drifting:
        yield Holding(Reason.MAY_DRIFT, signal=Signal(SignalKind.MAY_DRIFT, drifting.occasion))
    if client.is_silent:
        yield Holding(Reason.SILENT, signal=Signal(SignalKind.SILENT))
    if signs.worse:
        since = signs.off_course.occasion if signs.off_course else ""
        yield Holding(Reason.WORSE, signal=Signal(SignalKind.WORSE, f"{signs.worse}/{since}"))
    elif signs.off_course:
        signal = Signal(SignalKind.OFF_COURSE, signs.off_course.occasion)
        yield Holding(Reason.OFF_COURSE, signal=signal)
    if client.has_words:
        yield Holding(Reason.WORDS_WAITING)
    if has_untold_visit:
        yield Holding(Reason.VISIT_UNTOLD)
