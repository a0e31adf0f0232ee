"""What everybody may know of how strains are found: what is usual at first, and whose it is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from alongside.clinic.access.policy import SMALLEST_TOTAL
from alongside.clinic.access.small_numbers import rounded
from alongside.clinic.alliance.bridge import population_for, threshold_now
from alongside.clinic.alliance.models import AlarmBudget, LearnedPopulation
from alongside.clinic.instruments.bridge import scoring_of
from alongside.clinic.instruments.models import Instrument, InstrumentVersion, Purpose
from alongside.methods.alliance.alarm_budget import budget_for
from alongside.methods.alliance.strain import FEWEST_RATINGS
from alongside.methods.instruments.scoring import InstrumentRole
from alongside.methods.vocabulary.natural_frequency import natural_frequency
from alongside.methods.vocabulary.translated import Translated


@dataclass(frozen=True)
class StrainsCounted:
    """How many visits of this clinic stood out, of how many judged, both to the nearest five."""

    n_strains: int
    n_judged: int


@dataclass(frozen=True)
class StrainCard:
    """How strains are found in the ratings of one instrument.

    n_clients: whose ratings say what is usual at first, to the nearest five; 0 while that is
    assumed. memory: how much of one rating carries over to the next. one_in: a visit is pointed out
    where it is rarer than that by chance, by the model, as the clinic has it now. one_in_here:
    where that is counted among the visits here, one in so many of them is pointed out; else None.
    counted: None while that would tell of few people.
    """

    title: Translated
    n_clients: int
    learned_at: datetime | None
    memory: float
    one_in: int
    one_in_here: int | None
    fewest_ratings: int
    counted: StrainsCounted | None


def strain_cards() -> tuple[StrainCard, ...]:
    """One card for each set of questions that clients answer about a visit.

    Strains are never looked for in what therapists rate.
    """
    versions = InstrumentVersion.objects.filter(role=InstrumentRole.ALLIANCE)
    instruments = Instrument.objects.filter(pk__in=versions.values("instrument_id"))
    instruments = instruments.exclude(purpose=Purpose.THERAPIST_RATING)
    cards = (_card(instrument) for instrument in instruments.order_by("pk"))
    return tuple(card for card in cards if card is not None)


def _card(instrument: Instrument) -> StrainCard | None:
    version = instrument.current
    scale = scoring_of(version).main_scale if version else None
    if scale is None:
        return None
    learned = LearnedPopulation.objects.filter(instrument=instrument).last()
    population = population_for(instrument.pk)
    return StrainCard(
        title=scale.title,
        n_clients=rounded(population.n_series),
        learned_at=learned.learned_at if learned else None,
        memory=population.phi,
        one_in=natural_frequency(threshold_now().probability),
        one_in_here=_one_in_here(),
        fewest_ratings=FEWEST_RATINGS,
        counted=_counted(learned),
    )


def _one_in_here() -> int | None:
    """One in how many visits is pointed out by the last wish; None where nobody counted."""
    budget = AlarmBudget.objects.last()
    if budget is None or not budget.n_visits:
        return None
    wished = budget_for(prompts_a_week=budget.prompts_a_week, visits_a_week=budget.visits_a_week)
    return natural_frequency(wished.threshold.probability)


def _counted(learned: LearnedPopulation | None) -> StrainsCounted | None:
    facts = learned.facts if learned else None
    if facts is None or facts["n_clients"] < SMALLEST_TOTAL:
        return None
    return StrainsCounted(rounded(facts["n_strains"]), rounded(facts["n_judged"]))
