"""Who needs a therapist first: one order of reasons, and what each rests on."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from typing import Any, Final

from alongside.clinic.alliance.models import RepairSource
from alongside.clinic.alliance.queries import OpenRepair
from alongside.clinic.alliance.repair_states import RepairState
from alongside.clinic.engagement.queries import Drifting
from alongside.clinic.people.models import Client
from alongside.clinic.progress.queries import ProgressSigns
from alongside.clinic.signals.models import SetAside, Signal, SignalKind


class Reason(IntEnum):
    """Why a client may need attention, the most pressing first."""

    CONCERN = 1  # they let the therapist know that something felt wrong
    REACH_OUT = 2  # two visits in a row were missed, and nobody has reached out since
    UNREPAIRED = 3  # a repair has waited so long that supervision knows of it
    STRAIN = 4  # noticed, and not yet talked about
    NOT_TALKED_ABOUT = 5  # the client says that it was not
    WAITING_FOR_CLIENT = 6  # the therapist says that it was; the client has not said yet
    COMING_BACK = 7  # both say so; the ratings, or the client, have to close it
    AWAY = 8  # no visit for four weeks, and none is booked
    SILENT = 9  # two visits in a row whose feedback closed without an answer
    WORSE = 10  # progress is reliably worse
    OFF_COURSE = 11  # progress is behind what clients who began like this come to
    MAY_DRIFT = 12  # the chance that they drift away is high, and the rule asks for nothing yet
    WORDS_WAITING = 13  # their words have no answer yet
    VISIT_UNTOLD = 14  # a booked visit is over, and nobody said whether it took place
    SET_ASIDE = 15  # the therapist lets what there is rest until a day
    NOTHING = 16


NEEDS_A_DEED = frozenset(Reason) - {
    *(Reason.WAITING_FOR_CLIENT, Reason.COMING_BACK),
    *(Reason.SET_ASIDE, Reason.NOTHING),
}

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
class Holding:
    """A reason that holds for a client.

    `repair` is the one that it speaks of, `signal` what a therapist may set aside; None where it
    speaks of something else, and where nobody may.
    """

    reason: Reason
    repair: OpenRepair | None = None
    signal: Signal | None = None


NOTHING: Final = Holding(Reason.NOTHING)


@dataclass(frozen=True)
class Standing:
    """One client on a therapist's board: what holds, the most pressing of it, and what to show.

    `resting` are the signals of the client that the therapist lets rest; `drifting` says why
    somebody should reach out, whatever presses most; None if nobody needs to.
    """

    client: Client
    pressing: Holding
    holdings: tuple[Holding, ...]
    resting: Mapping[Signal, SetAside]
    summary: dict[str, Any]
    signs: ProgressSigns
    comes_at: datetime | None
    drifting: Drifting | None = None

    @property
    def reason(self) -> Reason:
        """The most pressing reason."""
        return self.pressing.reason

    @property
    def repair(self) -> OpenRepair | None:
        """The repair that the most pressing reason speaks of."""
        return self.pressing.repair

    @property
    def signals(self) -> frozenset[Signal]:
        """Those that a therapist may set aside, at rest or not."""
        return frozenset(each.signal for each in self.holdings if each.signal)

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


def repair_holding(repair: OpenRepair) -> Holding:
    """An open repair as a reason; a strain can be set aside while the next step is a talk."""
    reason = reason_of(repair)
    can_rest = reason in (Reason.STRAIN, Reason.NOT_TALKED_ABOUT)
    signal = Signal(SignalKind.STRAIN, repair.public_id) if can_rest else None
    return Holding(reason, repair, signal)


def most_pressing(holdings: Iterable[Holding], resting: Container[Signal]) -> Holding:
    """The first reason in the order that does not rest; `SET_ASIDE` where all that holds does."""
    held = tuple(holdings)
    awake = [each for each in held if each.signal is None or each.signal not in resting]
    if held and not awake:
        return Holding(Reason.SET_ASIDE, signal=min(held, key=_order).signal)
    return min(awake, key=_order, default=NOTHING)


def _order(holding: Holding) -> Reason:
    return holding.reason
