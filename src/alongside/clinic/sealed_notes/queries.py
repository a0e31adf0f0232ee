"""An author's own sealed notes, and for everyone else nothing but that there are some."""

from __future__ import annotations

from alongside.clinic.access.checks import NotFound
from alongside.clinic.access.viewer import Viewer
from alongside.clinic.people.models import Client
from alongside.clinic.sealed_notes.actions import notes_record
from alongside.clinic.sealed_notes.models import SealedNote, SealingKey


def sealing_key_of(viewer: Viewer) -> SealingKey | None:
    """The viewer's own key pair; None before they have made one."""
    return SealingKey.objects.filter(person=viewer.person, replaced_at__isnull=True).first()


def own_notes(viewer: Viewer, client: Client) -> tuple[SealedNote, ...]:
    """The notes that the viewer wrote about a client, the latest first.

    Raises: NotFound.
    """
    viewer.see(notes_record(client, viewer.person.pk))
    rows = SealedNote.objects.filter(client=client, author=viewer.person)
    return tuple(rows.select_related("key"))


def own_note(viewer: Viewer, public_id: str) -> SealedNote:
    """One of the viewer's own notes.

    Raises: NotFound.
    """
    note = (
        SealedNote.objects.filter(public_id=public_id, author=viewer.person)
        .select_related("client", "key")
        .first()
    )
    if note is None:
        raise NotFound
    viewer.see(notes_record(note.client, viewer.person.pk))
    return note


def n_notes_about(client: Client) -> int:
    """How many sealed notes there are about a client: what the client is told of them."""
    return SealedNote.objects.filter(client=client).count()
