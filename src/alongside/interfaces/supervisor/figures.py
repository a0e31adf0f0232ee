"""Totals over many clients in words; a number that could point at somebody is not shown."""

from __future__ import annotations

from django.utils.translation import gettext

from alongside.clinic.supervision.totals import FEEDBACK_DAYS, FewerThanTen, Share, Totals
from alongside.interfaces.shared.components.stat import Stat
from alongside.interfaces.shared.sentences import sentence_of


def figures_of(totals: Totals) -> tuple[Stat, ...]:
    """The totals that may be shown, each with what it means and how sure it is."""
    n = totals.n_clients
    if isinstance(n, FewerThanTen):
        return ()
    return (
        Stat(
            gettext("Clients in care"),
            _about(n),
            gettext("With all the therapists you look after, together."),
            _how_sure(),
        ),
        *(
            Stat(
                label,
                _about(share.n),
                meaning,
                _how_sure(),
                gettext("of about {of}").format(of=share.of),
            )
            for label, meaning, share in _shares(totals)
            if isinstance(share, Share)
        ),
    )


def withheld_of(totals: Totals) -> tuple[str, ...]:
    """The names of the totals that may not be shown."""
    return tuple(label for label, _, share in _shares(totals) if not isinstance(share, Share))


def why_no_figures() -> str:
    """The one sentence in place of all that may not be shown."""
    return sentence_of(FewerThanTen())


def _shares(totals: Totals) -> tuple[tuple[str, str, Share | FewerThanTen], ...]:
    return (
        (
            gettext("Gave feedback"),
            gettext("At least once in the last {days} days.").format(days=FEEDBACK_DAYS),
            totals.gave_feedback,
        ),
        (
            gettext("Have an open strain"),
            gettext("A strain is common. What counts is that it is talked about."),
            totals.has_open_strain,
        ),
        (
            gettext("Strain repaired within three visits"),
            gettext("Of clients with a strain in the last year."),
            totals.repaired_in_time,
        ),
        (
            gettext("A signal was useful"),
            gettext("Of clients about whom a therapist said if a signal was useful."),
            totals.useful_signals,
        ),
    )


def _about(n: int) -> str:
    return gettext("about {n}").format(n=n)


def _how_sure() -> str:
    return gettext("To the nearest five, so that it tells of nobody.")
