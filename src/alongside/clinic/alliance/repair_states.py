"""How one repair goes: the table, and nothing else.

A repair begins when a strain or a concern is noticed. The therapist says that it was talked
about, the client says whether that is so, and the ratings or the client's own word close it. One
that nobody has worked on yet is withdrawn when what it rests on turns out to be otherwise.
"""

from __future__ import annotations

from django.db import models

from alongside.methods.vocabulary.errors import AlongsideError


class RepairState(models.TextChoices):
    NOTICED = "noticed"
    TALKED_ABOUT = "talked_about"
    CONFIRMED = "confirmed"
    NOT_CONFIRMED = "not_confirmed"
    REPAIRED = "repaired"
    WITHDRAWN = "withdrawn"


class RepairEvent(models.TextChoices):
    NOTICED = "noticed"
    TALKED_ABOUT = "talked_about"
    CLIENT_CONFIRMS = "client_confirms"
    CLIENT_DENIES = "client_denies"
    CLIENT_FEELS_BETTER = "client_feels_better"
    RATINGS_CAME_BACK = "ratings_came_back"
    SENT_TO_SUPERVISION = "sent_to_supervision"
    HOLDS_NO_MORE = "holds_no_more"
    NOTICED_AGAIN = "noticed_again"


class NotNow(AlongsideError):
    """This step does not fit where the repair stands now. Please load the page again."""


OPEN = frozenset(
    {
        RepairState.NOTICED,
        RepairState.TALKED_ABOUT,
        RepairState.CONFIRMED,
        RepairState.NOT_CONFIRMED,
    }
)

CLIENT_EVENTS = frozenset(
    {
        RepairEvent.CLIENT_CONFIRMS,
        RepairEvent.CLIENT_DENIES,
        RepairEvent.CLIENT_FEELS_BETTER,
    }
)

NEXT: dict[tuple[RepairState, RepairEvent], RepairState] = {
    **{(state, RepairEvent.TALKED_ABOUT): RepairState.TALKED_ABOUT for state in OPEN},
    (RepairState.TALKED_ABOUT, RepairEvent.CLIENT_CONFIRMS): RepairState.CONFIRMED,
    (RepairState.TALKED_ABOUT, RepairEvent.CLIENT_DENIES): RepairState.NOT_CONFIRMED,
    **{(state, RepairEvent.CLIENT_FEELS_BETTER): RepairState.REPAIRED for state in OPEN},
    **{(state, RepairEvent.RATINGS_CAME_BACK): RepairState.REPAIRED for state in OPEN},
    **{(state, RepairEvent.SENT_TO_SUPERVISION): state for state in OPEN},
    (RepairState.NOTICED, RepairEvent.HOLDS_NO_MORE): RepairState.WITHDRAWN,
    (RepairState.WITHDRAWN, RepairEvent.NOTICED_AGAIN): RepairState.NOTICED,
    (RepairState.REPAIRED, RepairEvent.NOTICED_AGAIN): RepairState.NOTICED,
}


def next_state(state: RepairState, event: RepairEvent) -> RepairState:
    """The state after the event.

    Raises: NotNow.
    """
    after = NEXT.get((state, event))
    if after is None:
        raise NotNow
    return after
