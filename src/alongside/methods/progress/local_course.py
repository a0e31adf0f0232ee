"""Which course to expect where: assumed at first, a clinic's own once it has seen enough clients.

Before there are data, a course follows from the instrument's published norms alone: scores fall
back towards the clinical mean as far as they are unreliable, and nobody is expected to get better
or worse. With more clients the clinic's own fit takes over, in steps that nobody notices.

Source: science notes 13.6 (below 50 clients only what is known from elsewhere); the cold start is a
design of this project, from Jacobson and Truax's norms and the definition of reliability.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Final

from alongside.methods.progress.courses import Courses
from alongside.methods.progress.expected_course import ExpectedCourse
from alongside.methods.progress.norms import Norms

FEWEST_CLIENTS: Final = 50
ENOUGH_CLIENTS: Final = 200
"""From here on a clinic's own course counts alone."""
CHANGE_BY_VISIT: Final = 12
SHARE_OF_CHANGE: Final = 0.5
"""How far true scores move apart by the twelfth visit, in clinical standard deviations: about what
separates reliable change from none on most scales."""


def cold_start(norms: Norms) -> ExpectedCourse:
    """The course to assume before there are data: no change but that of chance.

    A client who began with x is believed to be at `M + r (x - M)`, with the variance
    `S^2 r (1 - r)`, and a score to be off that by the instrument's error of measurement.
    """
    mean, variance, r = norms.clinical_mean, norms.clinical_sd**2, norms.reliability
    slope_sd = SHARE_OF_CHANGE * norms.clinical_sd / math.log(CHANGE_BY_VISIT)
    return ExpectedCourse(
        better=norms.better,
        intake_mean=mean,
        intake_sd=norms.clinical_sd,
        level=mean,
        by_intake=r,
        trend=0.0,
        trend_by_intake=0.0,
        level_variance=variance * r * (1.0 - r),
        covariance=0.0,
        slope_variance=slope_sd**2,
        therapist_variance=0.0,
        noise_variance=norms.sem**2,
    )


def weight_of_own(n_clients: int) -> float:
    """How much a clinic's own course counts: 0 below 50 clients, 1 from 200 on."""
    share = (n_clients - FEWEST_CLIENTS) / (ENOUGH_CLIENTS - FEWEST_CLIENTS)
    return min(max(share, 0.0), 1.0)


def blended(assumed: ExpectedCourse, own: ExpectedCourse, courses: Courses) -> ExpectedCourse:
    """The course between what was assumed and the clinic's own, by how many clients it has seen.

    Means and variances are mixed as the two courses are; the boundary of what comes out is
    calibrated on the same clients (`courses`), as that of the clinic's own is.
    """
    weight = weight_of_own(own.n_clients)
    if weight == 0.0:
        return replace(assumed, n_clients=own.n_clients, n_ratings=own.n_ratings)
    if weight == 1.0:
        return own
    assumed = _centred_at(assumed, own.intake_mean)
    mixed = {
        name: (1.0 - weight) * getattr(assumed, name) + weight * getattr(own, name)
        for name in _MIXED
    }
    return replace(own, **mixed, boundary=None).calibrated(courses)


_MIXED: Final = (
    *("intake_sd", "level", "by_intake", "trend", "trend_by_intake"),
    *("level_variance", "covariance", "slope_variance", "therapist_variance", "noise_variance"),
)


def _centred_at(course: ExpectedCourse, intake_mean: float) -> ExpectedCourse:
    """The same course, told from another mean intake."""
    shift = intake_mean - course.intake_mean
    return replace(
        course,
        intake_mean=intake_mean,
        level=course.level + course.by_intake * shift,
        trend=course.trend + course.trend_by_intake * shift,
    )
