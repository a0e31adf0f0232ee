"""What everybody may know of an expected course: what it rests on and how often it is wrong.

No number here is about fewer than ten clients, and how many they are is told to the nearest five.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from alongside.clinic.access.policy import SMALLEST_TOTAL
from alongside.clinic.access.small_numbers import rounded
from alongside.clinic.instruments.models import Instrument, InstrumentVersion
from alongside.clinic.progress.bridge import main_scale_of
from alongside.clinic.progress.courses import course_by, last_learned
from alongside.clinic.progress.models import LearnedCourse
from alongside.clinic.progress.outlook import CourseBasis, basis_of
from alongside.methods.instruments.scoring import InstrumentRole
from alongside.methods.progress.expected_course import OFF_COURSE, ExpectedCourse
from alongside.methods.vocabulary.calibration import Z_95
from alongside.methods.vocabulary.translated import Translated

EXAMPLE_WEEK: Final = 12


@dataclass(frozen=True)
class Beyond:
    """How many of 100 checks lay beyond the boundary, of clients whom the course had not seen.

    lowest, highest: its 95 % interval, with clients as the cases. n_checks, n_clients: rounded.
    """

    percent: float
    lowest: float
    highest: float
    n_checks: int
    n_clients: int


@dataclass(frozen=True)
class Held:
    """How the boundary held overall, by what clients began with, and by their language.

    Missing: None for a third, and no languages at all, where too few people are in one.
    """

    overall: Beyond
    thirds: tuple[Beyond | None, ...]
    languages: Mapping[str, Beyond]


@dataclass(frozen=True)
class Example:
    """What is expected in a week of a client who began in the middle."""

    intake: float
    week: int
    low: float
    middle: float
    high: float


@dataclass(frozen=True)
class CourseCard:
    """One expected course. held: None while there are too few clients to tell."""

    title: Translated
    basis: CourseBasis
    n_clients: int
    learned_at: datetime | None
    example: Example
    held: Held | None


def course_cards() -> tuple[CourseCard, ...]:
    """The expected course of each set of questions on progress that the clinic has."""
    versions = InstrumentVersion.objects.filter(role=InstrumentRole.PROGRESS)
    instruments = Instrument.objects.filter(pk__in=versions.values("instrument_id")).order_by("pk")
    cards = (_card(instrument) for instrument in instruments)
    return tuple(card for card in cards if card is not None)


def _card(instrument: Instrument) -> CourseCard | None:
    scale = main_scale_of(instrument)
    learned = last_learned(instrument.pk, scale) if scale else None
    course = course_by(learned, scale) if scale else None
    if scale is None or course is None:
        return None
    return CourseCard(
        title=scale.title,
        basis=basis_of(course),
        n_clients=rounded(course.n_clients),
        learned_at=learned.learned_at if learned else None,
        example=_example(course, float(scale.lowest), float(scale.highest)),
        held=_held(learned),
    )


def _example(course: ExpectedCourse, lowest: float, highest: float) -> Example:
    intake = float(round(course.intake_mean))
    expected = course.expected(EXAMPLE_WEEK, intake)
    low, high = expected.band(OFF_COURSE)
    return Example(intake, EXAMPLE_WEEK, max(low, lowest), expected.mean, min(high, highest))


def _held(learned: LearnedCourse | None) -> Held | None:
    found = (learned.facts or {}).get("held") if learned else None
    overall = _beyond(found["overall"]) if found else None
    if found is None or overall is None:
        return None
    return Held(
        overall=overall,
        thirds=tuple(map(_beyond, found["thirds"])),
        languages=_languages(found["languages"]),
    )


def _languages(found: Mapping[str, Any]) -> dict[str, Beyond]:
    """By language, or nothing where one group is too small: the others would tell of it."""
    told = {name: beyond for name, each in found.items() if (beyond := _beyond(each))}
    return told if len(told) == len(found) > 1 else {}


def _beyond(share: Mapping[str, Any] | None) -> Beyond | None:
    if share is None or share["n_clients"] < SMALLEST_TOTAL or not share["n"]:
        return None
    value, off = share["found"] / share["n"], Z_95 * share["error"]
    return Beyond(
        percent=100.0 * value,
        lowest=100.0 * max(value - off, 0.0),
        highest=100.0 * min(value + off, 1.0),
        n_checks=rounded(share["n"]),
        n_clients=rounded(share["n_clients"]),
    )
