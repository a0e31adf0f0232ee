"""How many prompts by chance a therapist can bear, as the threshold that gives about as many.

A supervisor thinks in prompts for each therapist and week, and not in probabilities. Divided by
the visits of such a week the one becomes the other, within bounds: rarer than the site's visits
can tell is never, and a prompt at every tenth visit is soon read by nobody.

Source: science notes 3.6, last paragraph.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from alongside.methods.alliance.strain import Threshold
from alongside.methods.vocabulary.errors import AlongsideError

RAREST: Final = 0.002
"""About what 500 scored visits can just tell from never (`conformal`)."""
MOST_FREQUENT: Final = 0.1


class BudgetIsImpossible(AlongsideError):
    """Prompts and visits of a week are numbers above 0, and {value} is not."""


class Reach(StrEnum):
    """Whether a budget gives what was wished for, or what comes nearest to it."""

    AS_WISHED = "as_wished"
    FEWEST_POSSIBLE = "fewest_possible"
    MOST_SENSIBLE = "most_sensible"


@dataclass(frozen=True, slots=True)
class AlarmBudget:
    """The threshold that a wished number of prompts comes to, and what it means in a week.

    Assumes: chances that count the site's own visits, strains among them, so that all prompts
    together are about as many; by the model's chances, strains come on top.
    """

    threshold: Threshold
    visits_a_week: float
    reach: Reach

    @property
    def prompts_a_week(self) -> float:
        """Prompts by chance that each therapist has to expect in a week."""
        return self.threshold.probability * self.visits_a_week

    @property
    def weeks_between(self) -> int:
        """Weeks from one prompt by chance to the next, rounded; 1 where there are more."""
        return max(1, round(1.0 / self.prompts_a_week))

    def __str__(self) -> str:
        if self.prompts_a_week >= 1.5:
            times = f"{round(self.prompts_a_week)} prompts by chance every week"
        elif self.weeks_between == 1:
            times = "one prompt by chance every week"
        else:
            times = f"one prompt by chance every {self.weeks_between} weeks"
        return f"About {times} for each therapist."


def budget_for(*, prompts_a_week: float, visits_a_week: float) -> AlarmBudget:
    """The budget of a site from what is wished for and what it has, both for each therapist.

    visits_a_week: judged visits, that is rated ones from the third of a client on.
    Raises: BudgetIsImpossible.
    """
    for value in (prompts_a_week, visits_a_week):
        if not (math.isfinite(value) and value > 0.0):
            raise BudgetIsImpossible(value=value)
    wished = prompts_a_week / visits_a_week
    if wished < RAREST:
        return AlarmBudget(Threshold(RAREST), visits_a_week, Reach.FEWEST_POSSIBLE)
    if wished > MOST_FREQUENT:
        return AlarmBudget(Threshold(MOST_FREQUENT), visits_a_week, Reach.MOST_SENSIBLE)
    return AlarmBudget(Threshold(wished), visits_a_week, Reach.AS_WISHED)
