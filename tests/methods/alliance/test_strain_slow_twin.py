"""The detector against a slow twin that keeps nothing between visits.

The twin is written from the formulas alone: at each visit it takes the whole series, forms the
posterior before each rating from weighted sufficient statistics, and the chance of the largest
window by numerical integration.
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
    """Chance and score of the last observation, given those before it, and its distance."""
    m, k, a, b = posterior(seen[:-1], weights, pop)
    value, precision = seen[-1]
    scale = math.sqrt(b / a * (1 / precision + 1 / k))
    return *judged(value, m, scale, a), (value - m) / scale


def weight_of(t, n):
    """By the fourth power of how far a score may at most lie beyond 2 (Wallace 1959)."""
    q = math.sqrt(n * math.log(1 + t**2 / n))
    return (2 / q) ** 4 if q > 2 else 1.0


def robust_weights(seen, pop):
    """The weight of each observation, each judged by those before it."""
    weights: list[float] = []
    for n in range(1, len(seen) + 1):
        _, _, t = one_visit(seen[:n], weights, pop)
        weights.append(weight_of(t, 2 * (pop.a0 + sum(weights) / 2)))
    return weights


def largest_has_chance(statistic):
    """By integration over the sum of the last two scores, of which the first is conditioned on."""
    one, two, three = (math.sqrt(k) * (statistic + bar) for k, bar in ((1, 0.6), (2, 0.1), (3, 0)))

    def none_above(w):
        first = stats.norm.cdf(one, w / 2, math.sqrt(0.5))
        return stats.norm.pdf(w, 0, math.sqrt(2)) * first * stats.norm.cdf(three - w)

    return 1 - integrate.quad(none_above, min(two, 0.0) - 20, two, epsabs=1e-13, limit=200)[0]


def twin(ratings, pop):
    """The last visit's chance, windows, forecasts, noises and the chance of the largest window."""
    seen = observations(ratings, pop.phi)
    weights = robust_weights(seen, pop)
    scores, forecasts, sigmas = [], [], []
    for n in range(2, len(ratings)):
        p_one, score_of_one, _ = one_visit(seen[: n + 1], weights[:n], pop)
        m, _, a, b = posterior(seen[:n], weights[:n], pop)
        scores.append(score_of_one)
        forecasts.append(m + pop.phi * ratings[n - 1])
        sigmas.append(math.sqrt(b) * math.gamma(a - 0.5) / math.gamma(a))
    windows = [
        sum(scores[-k:]) / math.sqrt(k) - bar
        for k, bar in ((1, 0.6), (2, 0.1), (3, 0.0))
        if k <= len(scores)
    ]
    return p_one, windows, forecasts, sigmas, largest_has_chance(max(windows))


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
    p_one, windows, forecasts, sigmas, chance = twin(ratings, pop)
    assert visit.p_one_visit == pytest.approx(p_one, rel=1e-9, abs=1e-300)
    assert visit.statistic == pytest.approx(max(windows), abs=1e-9)
    assert visit.expected == pytest.approx(forecasts[-1], abs=1e-9)
    if sum(window > max(windows) - 1e-9 for window in windows) == 1:
        assert visit.window == 1 + windows.index(max(windows))
        assert visit.usual == pytest.approx(forecasts[-visit.window], abs=1e-9)
        assert visit.sigma == pytest.approx(sigmas[-visit.window], rel=1e-9)
    assert visit.probability == pytest.approx(chance, abs=1e-6)


@settings(max_examples=60, deadline=None)
@given(st.lists(scores, max_size=25), populations)
def test_a_belief_kept_as_json_between_visits_gives_the_same_signals(ratings, pop):
    belief, visits = begin(pop), []
    for rating in ratings:
        kept = Belief.from_dict(json.loads(json.dumps(belief.to_dict())))
        assert kept == belief
        belief, visit = follow(kept, rating, pop)
        visits.append(visit)
    assert tuple(visits) == detect_strain(ratings, Population.from_dict(pop.to_dict()))
    assert len(json.dumps(belief.to_dict())) < 400


def test_a_belief_that_an_earlier_version_kept_is_not_taken_for_one():
    """It kept the posterior before a window of two visits and no scores."""
    now = [56.0, 4.0, 5.0, 900.0]
    kept = {"n": 4, "now": now, "last": 88.0, "before": now, "last_before": 90.0}
    assert Belief.from_dict(kept) is None


def test_the_first_two_ratings_get_an_answer_and_not_a_signal():
    first, second, third = detect_strain([88.0, 20.0, 20.0], COLD_START)
    assert (first, second) == (TooFewVisits(n=1), TooFewVisits(n=2))
    assert str(second) == "Ratings so far: 2. A signal needs 3."
    assert isinstance(third, VisitStrain)
    assert third.n_before == 2
