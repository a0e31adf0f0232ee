"""Totals over many clients in words; a number that could point at somebody is not shown."""

from __future__ import annotations

from django.utils.translation import gettext

from alongside.clinic.supervision.totals import FEEDBACK_DAYS, FewerThanTen, Share, Totals
from alongside.interfaces.shared.components.stat import Stat
from alongside.interfaces.shared.sentences import sentence_of


def figures_of(totals: Totals) -> tuple[Stat, ...]:
    """The totals, each with what it means and how sure it is."""
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
        _share(
            gettext("Gave feedback"),
            totals.gave_feedback,
            gettext("At least once in the last {days} days.").format(days=FEEDBACK_DAYS),
        ),
        _share(
            gettext("Have an open strain"),
            totals.has_open_strain,
            gettext("A strain is common. What counts is that it is talked about."),
        ),
        _share(
            gettext("Strain repaired within three visits"),
            totals.repaired_in_time,
            gettext("Of clients with a strain in the last year."),
        ),
    )


def why_no_figures() -> str:
    """The sentence in place of all totals."""
    return sentence_of(FewerThanTen())


def _share(label: str, share: Share | FewerThanTen, meaning: str) -> Stat:
    if isinstance(share, FewerThanTen):
        return Stat(label, "–", meaning, sentence_of(share))
    return Stat(
        label,
        _about(share.n),
        meaning,
        _how_sure(),
        gettext("of about {of}").format(of=share.of),
    )


def _about(n: int) -> str:
    return gettext("about {n}").format(n=n)


def _how_sure() -> str:
    return gettext("To the nearest five, so that it tells of nobody.")
