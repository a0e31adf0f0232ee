"""What an administrator has to know of the audit: nothing, while it is signed and witnessed."""

from __future__ import annotations

from django.utils.translation import gettext

from alongside.clinic.audit.queries import AuditState, WitnessState
from alongside.interfaces.shared.components.notice import Notice
from alongside.interfaces.shared.dates import short_moment
from alongside.interfaces.shared.tones import Tone


def audit_notice(state: AuditState) -> Notice | None:
    """The notice for the page of staff, when something is wrong."""
    if not state.is_signed_in_time and state.unsigned_since is not None:
        return Notice(
            gettext("The record of who did what is not being sealed"),
            gettext(
                "Entries have waited since {when}. Ask whoever looks after the clinic’s computer "
                "whether “alongside serve” is running there."
            ).format(when=short_moment(state.unsigned_since, now=state.now)),
            Tone.WARNING,
        )
    if state.late_witnesses:
        return Notice(
            gettext("A witness outside cannot be reached"),
            tuple(_told(each, state) for each in state.late_witnesses),
            Tone.WARNING,
        )
    return None


def _told(witness: WitnessState, state: AuditState) -> str:
    since = witness.lacks_since or state.now
    return gettext(
        "{place} has had nothing new since {when}. Nothing is lost: once it is back, it gets all "
        "that it lacks."
    ).format(place=witness.place, when=short_moment(since, now=state.now))
