"""What a client's copy of their record leaves out, and why: told to them, never passed over."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy, ngettext

from alongside.clinic.people.models import Client
from alongside.clinic.sealed_notes.queries import n_notes_about

LEFT_BEHIND: Final[Mapping[str, Promise]] = {
    "audit": gettext_lazy(
        "The log of who looked and who did what. It stays whole where it is; you can read it on "
        "your own page."
    ),
    "supervision": gettext_lazy(
        "What supervisors note about their work with your therapist. It is about the therapist."
    ),
    "signals": gettext_lazy(
        "How long your therapist let a sign on their board rest, and if it was of use to them. It "
        "is about their work."
    ),
    "demands": gettext_lazy(
        "Papers of courts and others who asked for your record. The clinic tells you of them on "
        "your own page, unless a court forbids it."
    ),
    "messages": gettext_lazy(
        "The messages that reminded you of a form. They held a link and nothing of yours."
    ),
    "codes": gettext_lazy("Codes for the tablet and links to forms. They no longer open anything."),
    "sign_in": gettext_lazy("How you sign in. A copy of that would let others in."),
    "own_copies": gettext_lazy("When you made copies like this one. You can see it on your page."),
}
"""Why each kind of thing stays, by its name in the file for programs."""


def left_behind_of(client: Client) -> dict[str, str]:
    """A sentence for each, in the language that is active; of sealed notes also how many."""
    told = {name: str(why) for name, why in LEFT_BEHIND.items()}
    return {"sealed_notes": _sealed_notes(n_notes_about(client)), **told}


def _sealed_notes(n: int) -> str:
    if not n:
        return gettext("Sealed notes: there are none about you.")
    kept = ngettext(
        "{n} sealed note: what a therapist wrote down of a talk for themselves alone.",
        "{n} sealed notes: what a therapist wrote down of talks for themselves alone.",
        n,
    ).format(n=n)
    why = gettext(
        "Only who wrote it can open it, and the law leaves it out of this copy (45 CFR "
        "164.524(a)(1)(i))."
    )
    return f"{kept} {why}"
