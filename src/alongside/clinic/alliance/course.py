"""The course of an alliance, visit by visit, as values.

A point is made only from answers that the client has released by then. What was withheld and
what was skipped give the same point, so that nothing computed from points can tell them apart.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime
from functools import reduce
from typing import Any, Final

from alongside.clinic.alliance.yardstick import Yardstick
from alongside.clinic.instruments.bridge import given_answers, questionnaire_of, scoring_of
from alongside.clinic.instruments.models import Answer, InstrumentVersion
from alongside.clinic.visits.models import Visit
from alongside.methods.alliance.gap import Gap, VisitPair, two_sided_gap
from alongside.methods.alliance.repair import is_back
from alongside.methods.alliance.response_style import ResponseStyle
from alongside.methods.alliance.strain import Belief, VisitStrain, begin, follow
from alongside.methods.instruments.scoring import (
    Direction,
    Score,
    Scoring,
    item_value,
    score_answers,
)

SPARKLINE_VISITS = 30


@dataclass(frozen=True, slots=True)
class Point:
    """One visit in the course. Scores are 0 to 100, more is better; None is not shared or missing.

    `facets` and `therapist_facets` hold the scored answers by facet, in the item's own range.
    """

    visit_id: int
    at: datetime
    instrument_id: int
    score: float | None = None
    therapist: float | None = None
    facets: Mapping[str, float] | None = None
    therapist_facets: Mapping[str, float] | None = None
    relief: float | None = None
    strain: Mapping[str, Any] | None = None

    @property
    def place(self) -> tuple[datetime, int]:
        """Where it stands among the points of its course."""
        return self.at, self.visit_id

    @property
    def signal(self) -> VisitStrain | None:
        """What the detector said of this visit; None while there were too few.

        What only an earlier version of it said is left out.
        """
        if not self.strain:
            return None
        return VisitStrain(**{name: self.strain[name] for name in SIGNAL_FIELDS})

    @property
    def is_strain(self) -> bool:
        return bool(self.strain and self.strain["is_strain"])


SIGNAL_FIELDS = tuple(field.name for field in fields(VisitStrain))


@dataclass(frozen=True)
class Course:
    """All points in the order of the visits, and what the detector knows after the last.

    `yardstick` is what the signals were made by.
    """

    points: tuple[Point, ...]
    belief: Belief | None
    yardstick: Yardstick

    @property
    def rated(self) -> list[Point]:
        """The points with a score, in the order of the visits."""
        return [point for point in self.points if point.score is not None]


def with_point(course: Course, point: Point) -> Course:
    """The course with this point in its place and every signal computed anew.

    What the therapist said of the same visit stays beside it.
    """
    known = next((each for each in course.points if each.visit_id == point.visit_id), None)
    if known is not None:
        point = replace(point, therapist=known.therapist, therapist_facets=known.therapist_facets)
    others = (each for each in course.points if each.visit_id != point.visit_id)
    return follow_course((*others, point), course.yardstick)


def follow_course(points: Iterable[Point], yardstick: Yardstick) -> Course:
    """The course with every signal computed from the first point on.

    Another instrument is another ruler: its first point begins a new belief.
    """
    judged: list[Point] = []
    belief = begin(yardstick.population)
    for point in sorted(points, key=lambda each: each.place):
        if judged and judged[-1].instrument_id != point.instrument_id:
            belief = begin(yardstick.population)
        belief, seen = judge(belief, point, yardstick)
        judged.append(seen)
    return Course(tuple(judged), belief, yardstick)


def judge(belief: Belief, point: Point, yardstick: Yardstick) -> tuple[Belief, Point]:
    """What is known after a point at the end of a course, and the point with its signal."""
    if point.score is None:
        return belief, replace(point, strain=None)
    belief, seen = follow(belief, point.score, yardstick.population, yardstick.threshold)
    if not isinstance(seen, VisitStrain):
        return belief, replace(point, strain=None)
    strain = {name: getattr(seen, name) for name in SIGNAL_FIELDS}
    strain["is_strain"] = seen.is_strain and not is_back(seen)
    return belief, replace(point, strain=strain)


def client_point(
    visit: Visit, version: InstrumentVersion, answers: Iterable[Answer], *, now: datetime
) -> tuple[Point, datetime | None]:
    """The point of a visit from the client's answers released by now, and the next release."""
    rows = tuple(answers)
    released = [row for row in rows if row.released_at is not None and row.released_at <= now]
    later = [row.released_at for row in rows if row.released_at and row.released_at > now]
    scoring = scoring_of(version)
    score, facets = _score_and_facets(version, scoring, released)
    relief = scoring.item_with_role("relief")
    values = {row.link_id: row.value for row in released}
    return (
        Point(
            visit_id=visit.pk,
            at=visit.ends_at,
            instrument_id=version.instrument_id,
            score=score,
            facets=facets,
            relief=values.get(relief) if relief else None,
        ),
        min(later, default=None),
    )


def with_therapist_rating(
    point: Point, version: InstrumentVersion, answers: Iterable[Answer]
) -> Point:
    """The point with the therapist's own rating of the same visit beside the client's."""
    score, facets = _score_and_facets(version, scoring_of(version), tuple(answers))
    return replace(point, therapist=score, therapist_facets=facets)


def _score_and_facets(
    version: InstrumentVersion, scoring: Scoring, answers: Sequence[Answer]
) -> tuple[float | None, dict[str, float]]:
    questionnaire = questionnaire_of(version)
    given = given_answers(answers, questionnaire)
    scores = score_answers(questionnaire, scoring, given)
    scale, score = scoring.main_scale, None
    found = scores[scale.name] if scale else None
    if scale is not None and isinstance(found, Score):
        score = 100.0 * (found.value - found.lowest) / (found.highest - found.lowest)
        if scale.direction is Direction.LOWER_IS_BETTER:
            score = 100.0 - score
    facet_of = {use.link_id: use.facet for use in scoring.item_uses if use.facet}
    facets = {
        facet_of[answer.link_id]: float(number)
        for answer in given
        if answer.link_id in facet_of
        and answer.value is not None
        and (number := item_value(questionnaire.item(answer.link_id), answer.value)) is not None
    }
    return score, facets


def gap_of(course: Course) -> Gap | None:
    """The two-sided gap over the visits that both rated; None while there is none."""
    gap = two_sided_gap(VisitPair(point.score, point.therapist) for point in course.points)
    return gap if isinstance(gap, Gap) else None


EMPTY_SUMMARY: Final[Mapping[str, Any]] = {
    "n": 0,
    "scores": [],
    "strains": [],
    "last_at": None,
    "last": None,
    "is_judged": False,
    "one_in": None,
    "style": [0, 0, 0, 0],
    "asks_for_more": False,
    "straight_lining": False,
    "gap": None,
    "gap_n": 0,
    "gap_total": 0.0,
    "p_one_visit": None,
    "wish_to_return": None,
}


def summary_of(points: Iterable[Point]) -> Mapping[str, Any]:
    """What a board shows of a course: the last scores, the last signal, the style of answering."""
    return reduce(summary_after, points, EMPTY_SUMMARY)


def summary_after(summary: Mapping[str, Any], point: Point) -> Mapping[str, Any]:
    """The summary of a course with one more point at its end.

    Missing: a point without a score changes nothing.
    """
    if point.score is None:
        return summary
    dropped = max(0, len(summary["scores"]) + 1 - SPARKLINE_VISITS)
    scores = [*summary["scores"][dropped:], round(point.score, 1)]
    strains = [place - dropped for place in summary["strains"] if place >= dropped]
    style = ResponseStyle(*summary["style"]).after(point.score, [*(point.facets or {}).values()])
    gap = VisitPair(point.score, point.therapist).gap
    gap_total = summary["gap_total"] + (gap or 0.0)
    gap_n = summary["gap_n"] + (gap is not None)
    return {
        "n": summary["n"] + 1,
        "scores": scores,
        "strains": [*strains, len(scores) - 1] if point.is_strain else strains,
        "last_at": point.at.isoformat(),
        "last": scores[-1],
        "is_judged": point.strain is not None,
        "one_in": point.strain["one_in"] if point.strain and point.is_strain else None,
        "style": [style.n_ratings, style.n_at_ceiling, style.top_run, style.straight_run],
        "asks_for_more": style.asks_for_more,
        "straight_lining": style.is_straight_lining,
        "gap": round(gap_total / gap_n, 1) if gap_n else None,
        "gap_n": gap_n,
        "gap_total": gap_total,
        "p_one_visit": point.strain["p_one_visit"] if point.strain else None,
        "wish_to_return": (point.facets or {}).get("return"),
    }
