"""The detector against a slow twin that keeps nothing between visits.

The twin is written from the formulas alone: at each visit it takes the whole series, forms the
posterior from weighted sufficient statistics, the two-visit forecast from a joint covariance
matrix, and the chance of either window by numerical integration.
"""

from __future__ import annotations

import json
import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import integrate, stats

from alongside.methods.alliance.population import COLD_START, Population
from alongside.methods.alliance.strain import (
    FEWEST_RATINGS,
    Belief,
    TooFewVisits,
    VisitStrain,
    begin,
    detect_strain,
    follow,
)


def observations(ratings, phi):
    """What each rating says about m, and how precisely in units of 1/sigma^2."""
    first = ((1 - phi) * ratings[0], (1 - phi**2) / (1 - phi) ** 2)
    later = [(y - phi * x, 1.0) for x, y in pairwise(ratings)]
    return [first, *later]


def posterior(seen, weights, pop):
    """m, k, a, b from all weighted observations at once."""
    precision = np.array([w * c for (_, c), w in zip(seen, weights, strict=True)])
    value = np.array([x for x, _ in seen])
    k = pop.k0 + precision.sum()
    m = (pop.k0 * pop.m0 + precision @ value) / k
    spread = pop.k0 * (pop.m0 - m) ** 2 + precision @ (value - m) ** 2
    return m, k, pop.a0 + sum(weights) / 2, pop.b0 + spread / 2


def score(p_low, p_high):
    return stats.norm.isf(p_low) if p_low < 0.5 else -stats.norm.isf(p_high)


def judged(value, location, scale, a):
    law = stats.t(2 * a, location, scale)
    return law.cdf(value), score(law.cdf(value), law.sf(value))


def one_visit(seen, weights, pop):
    """Chance and score of the last observation, given those before it."""
    m, k, a, b = posterior(seen[:-1], weights, pop)
    value, precision = seen[-1]
    return judged(value, m, math.sqrt(b / a * (1 / precision + 1 / k)), a)


def robust_weights(seen, pop):
    """The weight of each observation, each judged by those before it."""
    weights: list[float] = []
    for n in range(1, len(seen) + 1):
        _, q = one_visit(seen[:n], weights, pop)
        weights.append(min(1.0, (2 / abs(q)) ** 2) if abs(q) > 2 else 1.0)
    return weights


def twin(ratings, pop):
    """The last visit's chances, score, forecast and chance of either window."""
    phi, seen = pop.phi, observations(ratings, pop.phi)
    weights = robust_weights(seen, pop)
    p_one, s_one = one_visit(seen, weights[:-1], pop)
    m, *_ = posterior(seen[:-1], weights[:-1], pop)

    m0, k, a, b = posterior(seen[:-2], weights[:-2], pop)
    # The two ratings as a linear map of (m, e1, e2), the uncertain things before the window.
    ratings_map = np.array([[1.0, 1.0, 0.0], [1.0 + phi, phi, 1.0]])
    constant = np.array([phi, phi**2]) * ratings[-3]
    mean_map = ratings_map.mean(axis=0)
    forecast = mean_map @ np.array([m0, 0, 0]) + constant.mean()
    variance = mean_map @ np.diag([1 / k, 1.0, 1.0]) @ mean_map * b / a
    p_two, s_two = judged(np.mean(ratings[-2:]), forecast, math.sqrt(variance), a)

    noise_of_two, noise_of_one = mean_map[1:], np.array([0.0, 1.0])
    rho = noise_of_two @ noise_of_one / np.linalg.norm(noise_of_two)
    s = max(s_one, s_two)
    rest, _ = integrate.quad(
        lambda x: stats.norm.pdf(x) * stats.norm.sf((s - rho * x) / math.sqrt(1 - rho**2)),
        *(-math.inf, s),
        epsabs=1e-13,
    )
    return p_one, p_two, s_one, s_two, m + phi * ratings[-2], forecast, stats.norm.sf(s) + rest


populations = st.builds(
    Population,
    phi=st.floats(0.0, 0.8),
    m0=st.floats(10.0, 90.0),
    k0=st.floats(0.3, 10.0),
    a0=st.floats(1.5, 12.0),
    b0=st.floats(20.0, 500.0),
)
scores = st.integers(0, 50).map(lambda half: 2.0 * half)


@settings(max_examples=120, deadline=None)
@given(st.lists(scores, min_size=FEWEST_RATINGS, max_size=14), populations)
def test_the_detector_equals_its_slow_twin_at_every_quantity(ratings, pop):
    visit = detect_strain(ratings, pop)[-1]
    assert isinstance(visit, VisitStrain)
    p_one, p_two, s_one, s_two, expected, forecast, either = twin(ratings, pop)
    assert visit.p_one_visit == pytest.approx(p_one, rel=1e-9, abs=1e-300)
    assert visit.p_two_visits == pytest.approx(p_two, rel=1e-9, abs=1e-300)
    assert visit.statistic == pytest.approx(max(s_one, s_two), abs=1e-9)
    assert visit.expected == pytest.approx(expected, abs=1e-9)
    if abs(s_one - s_two) > 1e-9:
        assert visit.window == (1 if s_one > s_two else 2)
        assert visit.usual == pytest.approx(expected if s_one > s_two else forecast, abs=1e-9)
    assert visit.probability == pytest.approx(either, abs=1e-9)


@settings(max_examples=60, deadline=None)
@given(st.lists(scores, max_size=25), populations)
def test_a_belief_kept_as_json_between_visits_gives_the_same_signals(ratings, pop):
    belief, visits = begin(pop), []
    for rating in ratings:
        kept = json.dumps(belief.to_dict())
        belief, visit = follow(Belief.from_dict(json.loads(kept)), rating, pop)
        visits.append(visit)
    assert tuple(visits) == detect_strain(ratings, Population.from_dict(pop.to_dict()))
    assert len(json.dumps(belief.to_dict())) < 400


def test_the_first_two_ratings_get_an_answer_and_not_a_signal():
    first, second, third = detect_strain([88.0, 20.0, 20.0], COLD_START)
    assert (first, second) == (TooFewVisits(n=1), TooFewVisits(n=2))
    assert str(second) == "Ratings so far: 2. A signal needs 3."
    assert isinstance(third, VisitStrain)
    assert third.n_before == 2
