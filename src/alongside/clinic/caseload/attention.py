"""Who needs a therapist first: one order of reasons, and what each rests on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from typing import Any

from alongside.clinic.alliance.models import RepairSource
from alongside.clinic.alliance.queries import OpenRepair
from alongside.clinic.alliance.repair_states import RepairState
from alongside.clinic.engagement.queries import Drifting
from alongside.clinic.people.models import Client


class Reason(IntEnum):
    """Why a client may need attention, the most pressing first."""

    CONCERN = 1  # they let the therapist know that something felt wrong
    REACH_OUT = 2  # two visits in a row were missed, and nobody has reached out since
    UNREPAIRED = 3  # a repair has waited so long that supervision knows of it
    STRAIN = 4  # noticed, and not yet talked about
    NOT_TALKED_ABOUT = 5  # the client says that it was not
    WAITING_FOR_CLIENT = 6  # the therapist says that it was; the client has not said yet
    COMING_BACK = 7  # both say so; the ratings, or the client, have to close it
    SILENT = 8  # two visits in a row whose feedback closed without an answer
    WORSE = 9  # progress is reliably worse
    MAY_DRIFT = 10  # the chance that they drift away is high, and the rule asks for nothing yet
    WORDS_WAITING = 11  # their words have no answer yet
    VISIT_UNTOLD = 12  # a booked visit is over, and nobody said whether it took place
    NOTHING = 13


NEEDS_A_DEED = frozenset(Reason) - {Reason.NOTHING, Reason.WAITING_FOR_CLIENT, Reason.COMING_BACK}

REASON_OF_STATE: dict[tuple[RepairSource, RepairState], Reason] = {
    (RepairSource.CONCERN, RepairState.NOTICED): Reason.CONCERN,
    (RepairSource.CONCERN, RepairState.TALKED_ABOUT): Reason.WAITING_FOR_CLIENT,
    (RepairSource.CONCERN, RepairState.CONFIRMED): Reason.COMING_BACK,
    (RepairSource.CONCERN, RepairState.NOT_CONFIRMED): Reason.CONCERN,
    (RepairSource.STRAIN, RepairState.NOTICED): Reason.STRAIN,
    (RepairSource.STRAIN, RepairState.TALKED_ABOUT): Reason.WAITING_FOR_CLIENT,
    (RepairSource.STRAIN, RepairState.CONFIRMED): Reason.COMING_BACK,
    (RepairSource.STRAIN, RepairState.NOT_CONFIRMED): Reason.NOT_TALKED_ABOUT,
}


@dataclass(frozen=True)
class Standing:
    """One client on a therapist's board: the most pressing reason, and what there is to show.

    `repair` is the one that the reason speaks of; None when it speaks of something else.
    `drifting` says why somebody should reach out, whatever the reason is; None if nobody needs to.
    """

    client: Client
    reason: Reason
    repair: OpenRepair | None
    summary: dict[str, Any]
    comes_at: datetime | None
    drifting: Drifting | None = None

    @property
    def needs_a_deed(self) -> bool:
        """Whether the next step is the therapist's and not the client's."""
        return self.reason in NEEDS_A_DEED


def reason_of(repair: OpenRepair) -> Reason:
    """Why an open repair needs attention. A concern stays first wherever else it stands."""
    reason = REASON_OF_STATE[RepairSource(repair.source), RepairState(repair.state)]
    if repair.is_with_supervision and reason is not Reason.CONCERN:
        return Reason.UNREPAIRED
    return reason


def most_pressing(
    repairs: Iterable[OpenRepair],
    drifting: Drifting | None = None,
    *,
    is_silent: bool,
    is_worse: bool,
    has_words_waiting: bool,
    has_untold_visit: bool,
) -> tuple[Reason, OpenRepair | None]:
    """The first reason in the order, and the repair that it speaks of."""
    reasons: list[tuple[Reason, OpenRepair | None]] = [
        (reason_of(repair), repair) for repair in repairs
    ]
    reasons += [
        (reason, None)
        for reason, holds in (
            (Reason.REACH_OUT, drifting is not None and drifting.is_by_rule),
            (Reason.SILENT, is_silent),
            (Reason.WORSE, is_worse),
            (Reason.MAY_DRIFT, drifting is not None),
            (Reason.WORDS_WAITING, has_words_waiting),
            (Reason.VISIT_UNTOLD, has_untold_visit),
            (Reason.NOTHING, True),
        )
        if holds
    ]
    return min(reasons, key=lambda each: each[0])
