"""The table of repairs: whole, and with nothing in it that cannot be reached."""

from __future__ import annotations

import itertools

import pytest

from alongside.clinic.alliance.repair_states import (
    NEXT,
    OPEN,
    NotNow,
    RepairEvent,
    RepairState,
    next_state,
)

EVERY_PAIR = list(itertools.product(RepairState, RepairEvent))


@pytest.mark.parametrize(("state", "event"), EVERY_PAIR)
def test_every_event_in_every_state_leads_somewhere_or_is_refused(
    state: RepairState, event: RepairEvent
) -> None:
    if (state, event) in NEXT:
        assert next_state(state, event) in RepairState
    else:
        with pytest.raises(NotNow):
            next_state(state, event)


def test_every_state_is_reached_from_the_first() -> None:
    reached = {RepairState.NOTICED}
    while new := {after for (state, _), after in NEXT.items() if state in reached} - reached:
        reached |= new
    assert reached == set(RepairState)


def test_what_is_closed_is_only_noticed_again_and_everything_else_can_be_repaired() -> None:
    closed = set(RepairState) - OPEN
    assert {event for state, event in NEXT if state in closed} == {RepairEvent.NOTICED_AGAIN}
    for state in OPEN:
        assert next_state(state, RepairEvent.RATINGS_CAME_BACK) is RepairState.REPAIRED
        assert next_state(state, RepairEvent.CLIENT_FEELS_BETTER) is RepairState.REPAIRED
    assert closed == {RepairState.REPAIRED, RepairState.WITHDRAWN}


def test_only_what_nobody_worked_on_is_withdrawn() -> None:
    states = {state for state, event in NEXT if event is RepairEvent.HOLDS_NO_MORE}
    assert states == {RepairState.NOTICED}


def test_the_client_is_asked_only_about_what_the_therapist_says_was_talked_about() -> None:
    for event in (RepairEvent.CLIENT_CONFIRMS, RepairEvent.CLIENT_DENIES):
        assert {state for state, known in NEXT if known is event} == {RepairState.TALKED_ABOUT}


def test_nothing_is_noticed_twice() -> None:
    assert not [state for state, event in NEXT if event is RepairEvent.NOTICED]
