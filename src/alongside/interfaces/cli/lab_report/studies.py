"""All studies of the lab, run one after the other, and how large they are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Final, TypeVar

import numpy as np

from alongside.interfaces.cli.house import Advance, House
from alongside.lab.course_recovery import (
    COHORTS,
    HEAVY,
    LOSSY,
    WHOLE,
    Cohort,
    Recovery,
    estimates_of,
    recovery_of,
)
from alongside.lab.detection import FULL_SIZE, Sizes
from alongside.lab.disturbances import CONDITIONS
from alongside.lab.growth_courses import USUAL_COURSE, Losses
from alongside.lab.hazard_study import HazardStudied, draw_contacts, study_hazard
from alongside.lab.strain_study import ConditionStudied, study_strain
from alongside.methods.progress.held_out import BoundaryHeld, boundary_held
from alongside.methods.vocabulary.errors import AlongsideError

Thing = TypeVar("Thing")

SHARE_WITH_RUPTURE: Final = 0.46
"""Clients who had a rupture over ten weeks (McLaughlin 2014, science notes 3.1)."""
CLIENTS_A_THERAPIST: Final = 20
N_CONTACTS: Final = 16
LOSSY_AND_HEAVY: Final = Cohort(
    "missing, leaving and heavy tails",
    losses=Losses(0.3, probability_leaving=0.05, is_heavy=True),
)
BOUNDARY_COHORTS: Final = (WHOLE, LOSSY, HEAVY, LOSSY_AND_HEAVY)


class CameToNothing(AlongsideError):
    """The study "{study}" came to nothing at this size: {why}"""


@dataclass(frozen=True, slots=True)
class LabSizes:
    """How much is drawn.

    n_draws: of each cohort whose truth is to be found. n_boundary: clients in each condition of
    the boundary. n_contacted: clients whose contacts are drawn. n_folds: into
    which clients are dealt who are to be judged by models that have not seen them.
    """

    name: str
    n_draws: int
    n_boundary: int
    strain: Sizes
    n_contacted: int
    n_folds: int = 10


FULL: Final = LabSizes("full", 600, 4000, FULL_SIZE, 6000)
QUICK: Final = LabSizes("quick", 40, 800, Sizes(300, 500, 500), 1200)


@dataclass(frozen=True)
class Findings:
    """What every study came to. strain: with a rupture in everyone who is learned from, and with
    one in as many as were seen to have one.
    """

    sizes: LabSizes
    seed: int
    recovery: tuple[Recovery, ...]
    boundary: tuple[tuple[Cohort, BoundaryHeld], ...]
    strain: tuple[ConditionStudied, ...]
    strain_at_some: tuple[ConditionStudied, ...]
    hazard: HazardStudied


def run_studies(house: House, sizes: LabSizes, seed: int) -> Findings:
    """All of them, each with chance of its own, so that none depends on how large another is."""
    for_recovery, for_boundary, for_strain, for_some, for_hazard = np.random.default_rng(
        seed
    ).spawn(5)
    return Findings(
        sizes=sizes,
        seed=seed,
        recovery=_recoveries(house, sizes, for_recovery),
        boundary=_boundaries(house, sizes, for_boundary),
        strain=_strain(house, "Finding ruptures", sizes.strain, for_strain),
        strain_at_some=_strain(
            house,
            "Counting alarms",
            replace(sizes.strain, share_ruptured=SHARE_WITH_RUPTURE),
            for_some,
        ),
        hazard=_hazard(house, sizes, for_hazard),
    )


def _watched(things: Iterable[Thing], advance: Advance) -> Iterator[Thing]:
    for thing in things:
        yield thing
        advance(1)


def _recoveries(house: House, sizes: LabSizes, rng: np.random.Generator) -> tuple[Recovery, ...]:
    with house.progress("Recovering truths", len(COHORTS) * sizes.n_draws) as advance:
        return tuple(
            recovery_of(estimates_of(cohort, _watched(own.spawn(sizes.n_draws), advance)))
            for cohort, own in zip(COHORTS, rng.spawn(len(COHORTS)), strict=True)
        )


def _boundaries(
    house: House, sizes: LabSizes, rng: np.random.Generator
) -> tuple[tuple[Cohort, BoundaryHeld], ...]:
    n, found = sizes.n_boundary, []
    rngs = rng.spawn(len(BOUNDARY_COHORTS))
    with house.progress("Holding boundaries", len(BOUNDARY_COHORTS)) as advance:
        for like, own in _watched(zip(BOUNDARY_COHORTS, rngs, strict=True), advance):
            cohort = replace(like, n_clients=n, n_therapists=n // CLIENTS_A_THERAPIST)
            drawn = cohort.draw(USUAL_COURSE, own)
            held = boundary_held(
                drawn.courses, drawn.visit, USUAL_COURSE.better, sizes.n_folds, own
            )
            if not isinstance(held, BoundaryHeld):
                raise CameToNothing(study=cohort.name, why=str(held))
            found.append((cohort, held))
    return tuple(found)


def _strain(
    house: House, label: str, sizes: Sizes, rng: np.random.Generator
) -> tuple[ConditionStudied, ...]:
    with house.progress(label, len(CONDITIONS)) as advance:
        return tuple(_watched(study_strain(CONDITIONS, sizes, rng=rng), advance))


def _hazard(house: House, sizes: LabSizes, rng: np.random.Generator) -> HazardStudied:
    with house.progress("Drifting away", 1) as advance:
        drawn = draw_contacts(sizes.n_contacted, N_CONTACTS, rng=rng)
        studied = study_hazard(drawn, rng=rng, n_folds=sizes.n_folds)
        advance(1)
    return studied
