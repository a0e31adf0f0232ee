"""What asks for attention beside strains, and what can be done about any signal."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils.translation import gettext

from alongside.clinic.caseload.attention import Holding, Reason
from alongside.clinic.caseload.queries import ClientRecord
from alongside.clinic.signals.models import SetAside, Signal
from alongside.interfaces.shared.components.button import Button, ButtonKind
from alongside.interfaces.shared.components.choice_list import ChoiceList
from alongside.interfaces.shared.dates import long_date
from alongside.interfaces.therapist.forms import SetAsideForm
from alongside.interfaces.therapist.guidance import STALLED, Guidance
from alongside.interfaces.therapist.wording import WHY_IT_RESTS, reason_words

GUIDANCE: Final[dict[Reason, tuple[Guidance, ...]]] = {
    Reason.OFF_COURSE: STALLED,
    Reason.WORSE: STALLED,
}
SAID_ELSEWHERE: Final = frozenset({Reason.MAY_DRIFT, Reason.AWAY})
"""Reasons that have a block of their own on the page."""
Refused = Mapping[Signal, SetAsideForm]
"""Forms that were sent and refused, by the signal that they are about."""


@dataclass(frozen=True)
class Resting:
    """A signal at rest: until when and why, and the way to take it up again."""

    words: str
    action: str
    button: Button


@dataclass(frozen=True)
class SignalWork:
    """What can be done about one signal: let it rest or take it up, and say if it was useful."""

    kind: str
    occasion: str
    resting: Resting | None
    action: str
    until: ChoiceList
    why: ChoiceList
    button: Button
    is_open: bool
    useful_action: str
    useful_words: str
    useful_buttons: tuple[Button, ...]


@dataclass(frozen=True)
class Matter:
    """One reason that is no strain: what it says, what to try, what can be done about it."""

    anchor: str
    title: str
    detail: str
    tone: str
    guidance: tuple[Guidance, ...]
    work: SignalWork


def matters_of(record: ClientRecord, zone: ZoneInfo, refused: Refused) -> tuple[Matter, ...]:
    """What asks for attention beside strains, the most pressing first; what rests comes last."""
    found = [
        _matter(holding, holding.signal, record, zone, refused)
        for holding in sorted(record.standing.holdings, key=lambda each: each.reason)
        if holding.signal and not holding.repair and holding.reason not in SAID_ELSEWHERE
    ]
    return tuple(sorted(found, key=lambda each: each.work.resting is not None))


def work_of_repairs(record: ClientRecord, refused: Refused) -> dict[str, SignalWork]:
    """The work on the strains that can rest, by the repair's public id."""
    return {
        holding.repair.public_id: signal_work(holding.signal, record, refused)
        for holding in record.standing.holdings
        if holding.signal is not None and holding.repair is not None
    }


def signal_work(signal: Signal, record: ClientRecord, refused: Refused) -> SignalWork:
    """What can be done about a signal."""
    client, done = record.client, record.signal_work
    form = refused.get(signal) or SetAsideForm(prefix=form_prefix(signal))
    was_useful = done.was_useful.get(signal)
    at_rest = done.resting.get(signal)
    return SignalWork(
        kind=signal.kind,
        occasion=signal.occasion,
        resting=_resting(at_rest) if at_rest else None,
        action=reverse("set_aside_signal", args=[client.public_id]),
        until=ChoiceList.of(form["until"]),
        why=ChoiceList.of(form["why"]),
        button=Button(gettext("Let it rest"), ButtonKind.QUIET),
        is_open=bool(form.errors),
        useful_action=reverse("signal_useful", args=[client.public_id]),
        useful_words={
            None: gettext("Was it useful to be told?"),
            True: gettext("You said that it was useful to be told."),
            False: gettext("You said that it was not useful to be told."),
        }[was_useful],
        useful_buttons=tuple(
            Button(label, ButtonKind.QUIET, field_name="is_useful", value=value)
            for label, value, said in (
                (gettext("Useful"), "yes", True),
                (gettext("Not useful"), "no", False),
            )
            if said is not was_useful
        ),
    )


def form_prefix(signal: Signal) -> str:
    """What parts the forms of a page from each other."""
    return f"{signal.kind}-{signal.occasion}".replace("/", "-")


def _resting(row: SetAside) -> Resting:
    return Resting(
        words=gettext("You let this rest until {day}. {why}.").format(
            day=long_date(row.until), why=WHY_IT_RESTS[row.why]
        ),
        action=reverse("take_up_signal", args=[row.public_id]),
        button=Button(gettext("Take it up again"), ButtonKind.QUIET),
    )


def _matter(
    holding: Holding, signal: Signal, record: ClientRecord, zone: ZoneInfo, refused: Refused
) -> Matter:
    words = reason_words(record.standing, zone, holding)
    work = signal_work(signal, record, refused)
    return Matter(
        anchor=f"signal-{signal.kind}",
        title=words.title,
        detail=words.detail,
        tone="neutral" if work.resting else words.tone.value,
        guidance=() if work.resting else GUIDANCE.get(holding.reason, ()),
        work=work,
    )
