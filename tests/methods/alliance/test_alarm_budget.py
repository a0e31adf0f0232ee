"""A supervisor says how many prompts a therapist can bear; the budget says what that comes to."""

from __future__ import annotations

import math

import pytest

from alongside.methods.alliance.alarm_budget import BudgetIsImpossible, Reach, budget_for


@pytest.mark.parametrize(
    ("prompts", "visits", "probability", "says"),
    [
        (0.25, 20, 0.0125, "About one prompt by chance every 4 weeks for each therapist."),
        (0.5, 25, 0.02, "About one prompt by chance every 2 weeks for each therapist."),
        (1, 20, 0.05, "About one prompt by chance every week for each therapist."),
        (2.4, 30, 0.08, "About 2 prompts by chance every week for each therapist."),
    ],
)
def test_prompts_and_visits_of_a_week_make_a_threshold(prompts, visits, probability, says):
    budget = budget_for(prompts_a_week=prompts, visits_a_week=visits)
    assert budget.reach is Reach.AS_WISHED
    assert budget.threshold.probability == pytest.approx(probability)
    assert budget.prompts_a_week == pytest.approx(prompts)
    assert str(budget) == says


def test_fewer_prompts_than_visits_can_tell_become_the_fewest_that_they_can():
    budget = budget_for(prompts_a_week=0.001, visits_a_week=20)
    assert (budget.reach, budget.threshold.probability) == (Reach.FEWEST_POSSIBLE, 0.002)
    assert str(budget) == "About one prompt by chance every 25 weeks for each therapist."


def test_more_prompts_than_say_anything_become_the_most_that_do():
    budget = budget_for(prompts_a_week=15, visits_a_week=20)
    assert (budget.reach, budget.threshold.probability) == (Reach.MOST_SENSIBLE, 0.1)
    assert budget.prompts_a_week == pytest.approx(2.0)


@pytest.mark.parametrize("value", [0.0, -1.0, math.inf, math.nan])
def test_weeks_without_prompts_or_visits_have_no_budget(value):
    with pytest.raises(BudgetIsImpossible, match="above 0"):
        budget_for(prompts_a_week=value, visits_a_week=20)
    with pytest.raises(BudgetIsImpossible):
        budget_for(prompts_a_week=1, visits_a_week=value)
