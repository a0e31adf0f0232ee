"""The sentences that the therapist's pages share: times, reasons, states."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from alongside.clinic.alliance.queries import is_concern
from alongside.clinic.alliance.repair_states import RepairState
from alongside.clinic.caseload.attention import Holding, Reason, Standing
from alongside.clinic.engagement.queries import Drifting
from alongside.clinic.signals.models import SignalKind, Why
from alongside.interfaces.shared.component import Words
from alongside.interfaces.shared.components.sparkline import Sparkline
from alongside.interfaces.shared.dates import long_date, weekday_date
from alongside.interfaces.shared.progress_words import off_course_words
from alongside.interfaces.shared.sentences import rarity_sentences
from alongside.interfaces.shared.tones import Tone

TONE_OF_REASON: Final = {
    Reason.CONCERN: Tone.ATTENTION,
    Reason.REACH_OUT: Tone.ATTENTION,
    Reason.UNREPAIRED: Tone.STRAIN,
    Reason.STRAIN: Tone.STRAIN,
    Reason.NOT_TALKED_ABOUT: Tone.STRAIN,
    Reason.WAITING_FOR_CLIENT: Tone.INFO,
    Reason.COMING_BACK: Tone.INFO,
    Reason.AWAY: Tone.WARNING,
    Reason.SILENT: Tone.WARNING,
    Reason.WORSE: Tone.WARNING,
    Reason.OFF_COURSE: Tone.WARNING,
    Reason.MAY_DRIFT: Tone.WARNING,
    Reason.WORDS_WAITING: Tone.INFO,
    Reason.VISIT_UNTOLD: Tone.INFO,
    Reason.SET_ASIDE: Tone.NEUTRAL,
    Reason.NOTHING: Tone.NEUTRAL,
}

REASONS: Final[dict[Reason, tuple[Words, Words]]] = {
    Reason.CONCERN: (
        _("{name} told you that something felt wrong."),
        _("After the visit on {day}. Not yet talked about."),
    ),
    Reason.REACH_OUT: ("", ""),
    Reason.UNREPAIRED: (
        _("Not repaired after three more visits."),
        _(
            "Since the visit on {day}. A supervisor knows that it is so, and sees no ratings "
            "unless you or {name} open them."
        ),
    ),
    Reason.STRAIN: (_("Lower than usual for {name}."), ""),
    Reason.NOT_TALKED_ABOUT: (
        _("{name} says that you have not talked about it yet."),
        _("It is about the visit on {day}."),
    ),
    Reason.WAITING_FOR_CLIENT: (
        _("You talked about it. {name} has not said yet."),
        _("It is about the visit on {day}."),
    ),
    Reason.COMING_BACK: (
        _("You both say that you talked about it."),
        _("It closes when the ratings are back where they were, or {name} says so."),
    ),
    Reason.AWAY: (_("{name} has not been here for weeks, and no visit is booked."), ""),
    Reason.SILENT: (
        _("No feedback after the last two visits that took place."),
        _("Ask {name} if another way would be easier."),
    ),
    Reason.WORSE: (
        _("Progress is reliably worse than at the start."),
        _("More than chance alone explains. The graph shows from when."),
    ),
    Reason.OFF_COURSE: (_("The checks are worse than expected."), ""),
    Reason.MAY_DRIFT: (_("{name} may be drifting away."), ""),
    Reason.WORDS_WAITING: (
        _("{name} wrote something that has no answer yet."),
        _("Say what will change, even if it is small."),
    ),
    Reason.VISIT_UNTOLD: (
        _("The last visit with {name} is over."),
        _("Say whether it took place, so that nothing waits for it."),
    ),
    Reason.SET_ASIDE: (_("You let this rest until {until}."), ""),
    Reason.NOTHING: ("", ""),
}
RESTS: Final[dict[str, Words]] = {
    SignalKind.STRAIN: _("A rating lower than usual."),
    SignalKind.OFF_COURSE: _("Worse than expected."),
    SignalKind.WORSE: _("Reliably worse than at the start."),
    SignalKind.SILENT: _("No feedback after two visits."),
    SignalKind.MAY_DRIFT: _("May be drifting away."),
    SignalKind.AWAY: _("Not here for weeks, and no visit is booked."),
}
WHY_IT_RESTS: Final[dict[str, Words]] = {
    Why.PLANNED: _("We have a plan for it"),
    Why.EXPLAINED: _("I know what it comes from"),
    Why.NOT_NOW: _("Something else comes first"),
    Why.DOES_NOT_FIT: _("It does not fit what I see"),
}


CHECKS: Final[dict[str, Words]] = {
    "on_course": _("The checks go as expected."),
    "watch": _("The checks are at the edge of what is expected."),
}


@dataclass(frozen=True)
class ReasonWords:
    """Why a client may need attention: in one line, and what that rests on."""

    title: str
    detail: str
    tone: Tone


def clinic_zone() -> ZoneInfo:
    """The clinic's zone, in a view that keeps to clinic time."""
    return ZoneInfo(timezone.get_current_timezone_name())


def rarity(signal: Mapping[str, Any]) -> str:
    """How rare a strain is by chance, and on how many visits that rests."""
    n, one_in = int(signal.get("n_before") or 0), signal.get("one_in")
    return rarity_sentences(int(one_in), n) if one_in else ""


def reason_words(standing: Standing, zone: ZoneInfo, holding: Holding | None = None) -> ReasonWords:
    """Why this client stands where they stand on the board, or what one reason says of them."""
    holding = holding or standing.pressing
    reason, repair = holding.reason, holding.repair
    title, detail = REASONS[reason]
    resting = standing.resting.get(holding.signal) if holding.signal else None
    if reason is Reason.STRAIN and repair is not None:
        detail = rarity(repair.signal)
    elif reason is Reason.CONCERN and repair and repair.state != RepairState.NOTICED:
        detail = REASONS[Reason.NOT_TALKED_ABOUT][0]
    elif reason is Reason.COMING_BACK and repair and is_concern(repair):
        detail = gettext("It stays open until {name} says that it is better.")
    elif reason in (Reason.OFF_COURSE, Reason.WORSE) and standing.signs.off_course:
        detail = off_course_words(standing.signs.off_course)
    elif reason is Reason.SET_ASIDE and resting:
        detail = f"{RESTS[resting.kind]} {WHY_IT_RESTS[resting.why]}."
    elif reason is Reason.REACH_OUT and standing.drifting is not None:
        title, detail = missed_words(standing.drifting), due_words(standing.drifting)
    elif reason is Reason.AWAY and standing.drifting is not None:
        detail = away_words(standing.drifting)
    elif reason is Reason.MAY_DRIFT and standing.drifting is not None:
        detail = chance_words(standing.drifting)
    elif reason is Reason.NOTHING:
        title, detail = _nothing(standing.summary, standing.signs.standing)
    fields = {
        "name": standing.client.display_name,
        "day": long_date(repair.visit_at, zone) if repair else "",
        "until": long_date(resting.until) if resting else "",
    }
    return ReasonWords(
        str(title).format(**fields), str(detail).format(**fields), TONE_OF_REASON[reason]
    )


def missed_words(drifting: Drifting) -> str:
    """How many visits were missed in a row, where the rule speaks: two or more."""
    return gettext("The last {n} visits were missed.").format(n=len(drifting.missed_on))


def due_words(drifting: Drifting) -> str:
    """By when somebody reaches out; empty where the rule asks for nothing yet."""
    if drifting.due_on is None:
        return ""
    return (
        gettext("Nobody has reached out yet. It was planned for {day}; today is good too.")
        if drifting.is_overdue
        else gettext("Please reach out by {day}.")
    ).format(day=weekday_date(drifting.due_on))


def away_words(drifting: Drifting) -> str:
    """Since when somebody has not been here; empty where they have."""
    if drifting.away_since is None:
        return ""
    return gettext(
        "The last visit was on {day}. If care is not over, a few words can help."
    ).format(day=long_date(drifting.away_since))


def chance_words(drifting: Drifting) -> str:
    """How likely it is that the client drifts away; empty where nobody can tell."""
    if drifting.chance is None:
        return ""
    return gettext(
        "Of 100 people after a visit like the last one, about {percent} come to none in the four "
        "weeks that follow."
    ).format(percent=drifting.chance.percent)


def _nothing(summary: Mapping[str, Any], course: str | None) -> tuple[str, str]:
    checks = str(CHECKS.get(course or "", ""))
    n = int(summary.get("n", 0))
    if not n and not checks:
        return gettext("No ratings yet."), gettext("The first one begins the graph.")
    return gettext("Nothing new."), " ".join((*_ratings(summary, n), checks)).strip()


def _ratings(summary: Mapping[str, Any], n: int) -> tuple[str, ...]:
    if not n:
        return (gettext("No ratings yet."),)
    if summary.get("one_in") is not None:
        return (_rests_on(n),)
    if not summary.get("is_judged"):
        return gettext("Too few ratings to say what is usual."), _rests_on(n)
    return gettext("About as usual for {name}."), _rests_on(n)


def _rests_on(n: int) -> str:
    return ngettext("Rests on {n} visit.", "Rests on {n} visits.", n).format(n=n)


def sparkline_of(summary: Mapping[str, Any]) -> Sparkline:
    """The last ratings of a series as a small graph, with its meaning in words."""
    scores = tuple(summary.get("scores", ()))
    strains = tuple(summary.get("strains", ()))
    if not scores:
        return Sparkline(())
    words = ngettext(
        "{n} rating between 0 and 100: {last}",
        "{n} ratings between 0 and 100: first {first}, last {last}",
        len(scores),
    ).format(n=len(scores), first=round(scores[0]), last=round(scores[-1]))
    if strains:
        words += ngettext("; {n} strain", "; {n} strains", len(strains)).format(n=len(strains))
    return Sparkline(scores, strains, words)
