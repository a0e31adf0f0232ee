"""How many clients of a team somebody should have reached out to by now. Who, is not said."""

from __future__ import annotations

from alongside.clinic.access.checks import may_as
from alongside.clinic.access.policy import Deed, Record, Relation, Segment
from alongside.clinic.access.viewer import Viewer
from alongside.clinic.engagement.queries import n_overdue_among
from alongside.clinic.people.models import Care, Client


def n_overdue_for(viewer: Viewer) -> int:
    """Among the clients in care with this supervisor's therapists, whichever of them it is.

    By the rule alone: a chance is for the therapist who may know what it rests on.
    """
    care = (
        Care.objects.on(viewer.today)
        .filter(therapist__in=viewer.therapists)
        .exclude(client__kept_from__person=viewer.person)
    )
    seen = [
        each.client_id
        for each in care
        if may_as(
            Relation.SUPERVISING,
            Deed.SEE,
            Record(Segment.STRAIN, client_id=each.client_id, therapist_id=each.therapist_id),
        )
    ]
    clients = Client.objects.filter(pk__in=seen)
    return n_overdue_among(clients, today=viewer.today, now=viewer.now)
