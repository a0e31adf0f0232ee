"""Where a client's scores seem to go, from the intake and every score so far.

The client's own departure from the expected course, in level and in slope, is believed to be normal
and is learned score by score; what is kept is five numbers however long the course.

Source: Robinson 1991 (best linear unbiased prediction); the recursion is Kalman's.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np

from alongside.methods.progress.expected_course import Expected, ExpectedCourse
from alongside.methods.vocabulary.arrays import Floats, Ints


@dataclass(frozen=True, slots=True)
class Departure:
    """What is believed of one client's departure from the expected course.

    level, slope: its means, in score points and score points a unit of ln(visit).
    level_variance, covariance, slope_variance: how sure that is. n: scores that it rests on.
    """

    intake: float | None
    n: int
    level: float
    slope: float
    level_variance: float
    covariance: float
    slope_variance: float

    def to_dict(self) -> dict[str, Any]:
        """The belief as plain values for JSON."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Departure:
        """The belief that `to_dict` wrote."""
        return cls(**values)


def begin(course: ExpectedCourse, intake: float | None) -> Departure:
    """What is believed before the first score. Without an intake the departure may be wider."""
    by_intake = trend_by_intake = 0.0
    if intake is None:
        by_intake = course.by_intake * course.intake_sd
        trend_by_intake = course.trend_by_intake * course.intake_sd
    return Departure(
        intake=intake,
        n=0,
        level=0.0,
        slope=0.0,
        level_variance=course.level_variance + course.therapist_variance + by_intake**2,
        covariance=course.covariance + by_intake * trend_by_intake,
        slope_variance=course.slope_variance + trend_by_intake**2,
    )


def follow(
    departure: Departure, visit: int, score: float, course: ExpectedCourse
) -> tuple[Departure, Expected]:
    """The belief after one more score, and what was forecast of it; in constant time.

    Missing: a visit without a score is not passed at all.
    """
    forecast = forecast_of(departure, visit, course)
    t = math.log(visit)
    with_level = departure.level_variance + departure.covariance * t
    with_slope = departure.covariance + departure.slope_variance * t
    surprise, variance = score - forecast.mean, forecast.sd**2
    return (
        replace(
            departure,
            n=departure.n + 1,
            level=departure.level + with_level / variance * surprise,
            slope=departure.slope + with_slope / variance * surprise,
            level_variance=departure.level_variance - with_level**2 / variance,
            covariance=departure.covariance - with_level * with_slope / variance,
            slope_variance=departure.slope_variance - with_slope**2 / variance,
        ),
        forecast,
    )


def forecast_of(departure: Departure, visit: int, course: ExpectedCourse) -> Expected:
    """The score that is expected of a visit by now, a new score's noise included."""
    t = math.log(visit)
    offset = 0.0 if departure.intake is None else departure.intake - course.intake_mean
    slope = course.by_intake + course.trend_by_intake * t
    mean = course.level + course.trend * t + slope * offset
    own = departure.level_variance + 2.0 * departure.covariance * t
    own += departure.slope_variance * t * t
    return Expected(
        mean + departure.level + departure.slope * t, math.sqrt(own + course.noise_variance)
    )


def forecasts(
    visits: Sequence[int], scores: Sequence[float], intake: float | None, course: ExpectedCourse
) -> tuple[Expected, ...]:
    """What was forecast of each score from those before it: folding `follow`."""
    departure, seen = begin(course, intake), []
    for visit, score in zip(visits, scores, strict=True):
        departure, forecast = follow(departure, visit, score, course)
        seen.append(forecast)
    return tuple(seen)


def forecasts_of_all(
    client: Ints, visit: Ints, score: Floats, intake: Floats, course: ExpectedCourse
) -> tuple[Floats, Floats]:
    """Mean and standard deviation of every forecast of a clinic, in the order of the rows.

    client: whole numbers; the rows of one client stand together, by visit. intake: one entry a
    row, NaN where it is not known. Equal to `forecasts` client by client.
    """
    starts = np.flatnonzero(np.append(True, client[1:] != client[:-1]))[: len(client)]
    lengths = np.diff(np.append(starts, len(client)))
    known = ~np.isnan(intake[starts])
    offset = np.where(known, intake[starts] - course.intake_mean, 0.0)
    wider = np.where(known, 0.0, course.intake_sd)
    level, slope = np.zeros((2, len(starts)))
    aa = course.level_variance + course.therapist_variance + (course.by_intake * wider) ** 2
    ab = course.covariance + course.by_intake * course.trend_by_intake * wider**2
    bb = course.slope_variance + (course.trend_by_intake * wider) ** 2
    times = np.log(visit)
    means, sds = np.empty((2, len(client)))
    for place in range(int(lengths.max(initial=0))):
        here = lengths > place
        rows = starts[here] + place
        t = times[rows]
        by_intake = course.by_intake + course.trend_by_intake * t
        mean = course.level + course.trend * t + by_intake * offset[here]
        mean += level[here] + slope[here] * t
        with_level, with_slope = aa[here] + ab[here] * t, ab[here] + bb[here] * t
        variance = with_level + with_slope * t + course.noise_variance
        means[rows], sds[rows] = mean, np.sqrt(variance)
        surprise = (score[rows] - mean) / variance
        level[here] += with_level * surprise
        slope[here] += with_slope * surprise
        aa[here] -= with_level**2 / variance
        ab[here] -= with_level * with_slope / variance
        bb[here] -= with_slope**2 / variance
    return means, sds
