"""A whole invented clinic as frozen values: people, visits, answers and what was done about them.

Everything is drawn from the generators of this package around one moment, so that the last
visits lie just before it and the next ones just after. Times are on the clinic's own clock.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final

FACETS: Final = ("safety", "heard", "direction", "way_of_working", "return")
"""The facets of a visit in the order of its answers."""
VISIT_LASTS: Final = timedelta(minutes=50)


class Showing(StrEnum):
    """When a client lets the therapist see an answer."""

    NOW = "now"
    MONTH_END = "month_end"
    NEVER = "withheld"


class Way(StrEnum):
    """How answers come in."""

    LINK = "link"
    KIOSK = "kiosk"
    SIGNED_IN = "signed_in"
    HANDED_OVER = "handed_over"
    PAPER = "paper"


class Planned(StrEnum):
    """What became, or is to become, of a visit."""

    HELD = "held"
    MISSED = "missed"
    CANCELLED = "cancelled"
    AHEAD = "ahead"


class Said(StrEnum):
    """What a client says when asked whether it was talked about."""

    YES = "client_confirms"
    NO = "client_denies"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Wrong:
    """Something that felt wrong or without respect, and who may know."""

    words: str
    showing: Showing
    is_told_to_supervisor: bool


@dataclass(frozen=True, slots=True)
class Words:
    """An answer to the open question, and what the therapist says will change."""

    said: str
    changes: str = ""
    is_seen: bool = True


@dataclass(frozen=True, slots=True)
class VisitAnswers:
    """What a client answered after a visit. `ratings` are in the order of `FACETS`, 0 to 10.

    `showing` holds for all answers but those named in `showing_of`, by facet or "words".
    """

    ratings: tuple[int, ...]
    relief: int
    after: timedelta
    words: Words | None = None
    wrong: Wrong | None = None
    showing: Showing = Showing.NOW
    showing_of: Mapping[str, Showing] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SyntheticVisit:
    """One planned visit; `own_rating` is the therapist's, in the order of `FACETS`."""

    therapist: int
    starts_at: datetime
    planned: Planned
    answers: VisitAnswers | None = None
    own_rating: tuple[int, ...] | None = None

    @property
    def ends_at(self) -> datetime:
        return self.starts_at + VISIT_LASTS


@dataclass(frozen=True, slots=True)
class SyntheticWeek:
    """One weekly check that was answered, in the order of `weekly_checks.ASKED`."""

    answered_at: datetime
    answers: tuple[int, ...]
    words: str = ""


@dataclass(frozen=True, slots=True)
class RepairHabit:
    """What happens once a strain or a concern is noticed, at the visit that follows it."""

    is_talked_about: bool
    note: str = ""
    client_says: Said = Said.NOTHING
    client_note: str = ""
    is_opened_to_supervision: bool = False


@dataclass(frozen=True, slots=True)
class SyntheticClient:
    """One client; `stories` name what this client is here to show."""

    code: str
    name: str
    language: str
    phone: str
    email: str
    own_goal: str
    way: Way
    stories: tuple[str, ...]
    therapists: tuple[int, ...]
    joined_on: date
    left_on: date | None
    visits: tuple[SyntheticVisit, ...]
    weeks: tuple[SyntheticWeek, ...]
    habit: RepairHabit


@dataclass(frozen=True, slots=True)
class SyntheticStaff:
    """One member of staff; `supervisor` is the place of a therapist's supervisor among them."""

    sign_in_name: str
    name: str
    language: str = "en"
    supervisor: int | None = None


@dataclass(frozen=True, slots=True)
class SyntheticClinic:
    """The clinic at one moment."""

    name: str
    time_zone: str
    phone: str
    administrator: SyntheticStaff
    privacy_officer: SyntheticStaff
    supervisors: tuple[SyntheticStaff, ...]
    therapists: tuple[SyntheticStaff, ...]
    clients: tuple[SyntheticClient, ...]

    def telling(self, story: str) -> SyntheticClient:
        """The client who tells a story."""
        return next(client for client in self.clients if story in client.stories)
