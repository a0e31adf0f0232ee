"""The sentences that the therapist's pages share: times, reasons, states."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.utils.formats import date_format, number_format, time_format
from django.utils.translation import get_language, gettext, ngettext, pgettext

from alongside.clinic.alliance.queries import is_concern
from alongside.clinic.alliance.repair_states import RepairState
from alongside.clinic.progress.attention import Reason, Standing
from alongside.interfaces.shared.charts.value_axis import figure
from alongside.interfaces.shared.components.sparkline import Sparkline
from alongside.interfaces.shared.tones import Tone
from alongside.methods.vocabulary.translated import Translated

TONE_OF_REASON: Final = {
    Reason.CONCERN: Tone.ATTENTION,
    Reason.UNREPAIRED: Tone.STRAIN,
    Reason.STRAIN: Tone.STRAIN,
    Reason.NOT_TALKED_ABOUT: Tone.STRAIN,
    Reason.WAITING_FOR_CLIENT: Tone.INFO,
    Reason.COMING_BACK: Tone.INFO,
    Reason.SILENT: Tone.WARNING,
    Reason.WORSE: Tone.WARNING,
    Reason.WORDS_WAITING: Tone.INFO,
    Reason.NOTHING: Tone.NEUTRAL,
}


@dataclass(frozen=True)
class ReasonWords:
    """Why a client may need attention: in one line, and what that rests on."""

    title: str
    detail: str
    tone: Tone


def told(text: Translated | None) -> str:
    """An instrument's own text in the reader's language."""
    return text.in_language(get_language() or "en") if text else ""


def day(moment: datetime, zone: ZoneInfo) -> str:
    """The day on the clinic's calendar, as `3 March 2026`."""
    return date_format(moment.astimezone(zone), pgettext("day with its year", "j F Y"))


def day_and_time(moment: datetime, zone: ZoneInfo) -> str:
    """The day and the time on the clinic's wall, as `Tuesday 3 March, 14:30`."""
    return date_format(moment.astimezone(zone), pgettext("day and time", "l j F, H:i"))


def short_day_and_time(moment: datetime, zone: ZoneInfo) -> str:
    """The same for a board, as `Tue 3 Mar, 14:30`."""
    return date_format(moment.astimezone(zone), pgettext("short day and time", "D j M, H:i"))


def clock(moment: datetime, zone: ZoneInfo) -> str:
    """The time on the clinic's wall, as `14:30`."""
    return time_format(moment.astimezone(zone).time(), "H:i")


def rarity(signal: Mapping[str, Any]) -> str:
    """How rare a strain is by chance, and on how many visits that rests."""
    n, one_in = int(signal.get("n_before") or 0), signal.get("one_in")
    if not one_in:
        return ""
    return gettext("About 1 in {one_in} visits look like this by chance.").format(
        one_in=number_format(one_in, 0, force_grouping=True)
    ) + ngettext(" Rests on {n} earlier visit.", " Rests on {n} earlier visits.", n).format(n=n)


def reason_words(standing: Standing, zone: ZoneInfo) -> ReasonWords:
    """Why this client stands where they stand on the board."""
    title, detail = _reason(standing, zone)
    return ReasonWords(title, detail, TONE_OF_REASON[standing.reason])


def _reason(standing: Standing, zone: ZoneInfo) -> tuple[str, str]:
    name, repair = standing.client.display_name, standing.repair
    if repair is None:
        return _other_reason(standing)
    when = day(repair.visit_at, zone)
    if standing.reason is Reason.CONCERN:
        title = gettext("{name} told you that something felt wrong.").format(name=name)
        if repair.state == RepairState.NOT_CONFIRMED:
            return title, gettext("{name} says that you have not talked about it yet.").format(
                name=name
            )
        return title, gettext("After the visit on {day}. Not yet talked about.").format(day=when)
    if standing.reason is Reason.UNREPAIRED:
        return (
            gettext("Not repaired after three more visits."),
            gettext(
                "Since the visit on {day}. A supervisor knows that it is so, and sees no ratings "
                "unless you or {name} open them."
            ).format(day=when, name=name),
        )
    if standing.reason is Reason.STRAIN:
        return gettext("Lower than usual for {name}.").format(name=name), rarity(repair.signal)
    if standing.reason is Reason.NOT_TALKED_ABOUT:
        return (
            gettext("{name} says that you have not talked about it yet.").format(name=name),
            gettext("It is about the visit on {day}.").format(day=when),
        )
    if standing.reason is Reason.WAITING_FOR_CLIENT:
        return (
            gettext("You talked about it. {name} has not said yet.").format(name=name),
            gettext("It is about the visit on {day}.").format(day=when),
        )
    closing = (
        gettext("It stays open until {name} says that it is better.")
        if is_concern(repair)
        else gettext("It closes when the ratings are back where they were, or {name} says so.")
    )
    return (
        gettext("You both say that you talked about it."),
        closing.format(name=name),
    )


def _other_reason(standing: Standing) -> tuple[str, str]:
    name, n = standing.client.display_name, standing.summary.get("n", 0)
    if standing.reason is Reason.SILENT:
        return (
            gettext("No feedback after the last two visits."),
            gettext(
                "Only the feedback is missing. Ask {name} if another way would be easier."
            ).format(name=name),
        )
    if standing.reason is Reason.WORSE:
        return (
            gettext("Progress is reliably worse than at the start."),
            gettext("More than chance alone explains. The graph shows from when."),
        )
    if standing.reason is Reason.WORDS_WAITING:
        return (
            gettext("{name} wrote something that has no answer yet.").format(name=name),
            gettext("Say what will change, even if it is small."),
        )
    if not n:
        return gettext("No ratings yet."), gettext("The first one begins the graph.")
    return (
        gettext("Nothing new."),
        ngettext(
            "About as usual for {name}, over {n} visit.",
            "About as usual for {name}, over {n} visits.",
            n,
        ).format(name=name, n=n)
        if standing.summary.get("one_in") is None
        else ngettext("Rests on {n} visit.", "Rests on {n} visits.", n).format(n=n),
    )


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
    ).format(n=len(scores), first=figure(scores[0]), last=figure(scores[-1]))
    if strains:
        words += ngettext("; {n} strain", "; {n} strains", len(strains)).format(n=len(strains))
    return Sparkline(scores, strains, words)
