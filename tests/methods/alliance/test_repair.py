"""After a strain: did the ratings come back within three visits?"""

from __future__ import annotations

import pytest

from alongside.methods.alliance.population import COLD_START
from alongside.methods.alliance.repair import Repair, RepairState, is_back, repair_of
from alongside.methods.alliance.strain import VisitStrain, detect_strain


@pytest.fixture
def alarm() -> VisitStrain:
    *_, visit = detect_strain([88, 90, 86, 90, 88, 62], COLD_START)
    assert isinstance(visit, VisitStrain)
    assert visit.is_strain
    return visit


def test_with_no_later_rating_the_strain_waits(alarm):
    assert repair_of(alarm, []) == Repair(RepairState.WAITING, alarm.usual - alarm.sigma / 2, 0)


def test_one_or_two_low_ratings_still_wait(alarm):
    repair = repair_of(alarm, [60.0, 70.0])
    assert repair.state is RepairState.WAITING
    assert (repair.n_later, repair.best, repair.came_back_at) == (2, 70.0, None)


@pytest.mark.parametrize("visit", [1, 2, 3])
def test_a_rating_at_the_usual_level_is_a_repair_at_that_visit(alarm, visit):
    repair = repair_of(alarm, [60.0] * (visit - 1) + [88.0] + [60.0] * 5)
    assert repair.state is RepairState.CAME_BACK
    assert (repair.came_back_at, repair.n_later, repair.best) == (visit, visit, 88.0)


def test_three_low_ratings_are_not_back_whatever_comes_later(alarm):
    repair = repair_of(alarm, [60.0, 70.0, 65.0, 95.0])
    assert repair.state is RepairState.NOT_BACK
    assert (repair.n_later, repair.best) == (3, 70.0)


def test_half_the_clients_own_noise_is_allowed_and_no_more(alarm):
    level = alarm.usual - 0.5 * alarm.sigma
    assert repair_of(alarm, [level]).state is RepairState.CAME_BACK
    assert repair_of(alarm, [level - 1e-6]).state is RepairState.WAITING


def test_after_a_slow_decline_back_means_where_it_stood_before_the_decline():
    *_, visit = detect_strain([88, 90, 86, 90, 88, 78, 72], COLD_START)
    assert isinstance(visit, VisitStrain)
    assert visit.window == 2
    assert repair_of(visit, [82.0]).state is RepairState.WAITING
    assert repair_of(visit, [86.0]).state is RepairState.CAME_BACK


@pytest.mark.parametrize(("rating", "says"), [(86.0, True), (60.0, False)])
def test_a_visit_is_back_when_it_is_whatever_its_window_still_says(rating, says):
    """Two very low visits and one more: their sum is a strain either way, the visit is not."""
    *_, visit = detect_strain([88, 90, 86, 90, 88, 30, 30, rating], COLD_START)
    assert isinstance(visit, VisitStrain)
    assert visit.is_strain
    assert visit.window > 1
    assert is_back(visit) is says
