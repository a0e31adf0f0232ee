"""Why landmarks, and never the beginning of a run of missed contacts.

A common coding says that somebody drifts away in the week in which their first long run of missed
contacts begins. A run cannot begin right after a miss, so in data where missing makes leaving
likelier that coding finds the opposite: that missing protects. The same people, coded by
landmarks, show the truth.
"""

from __future__ import annotations

import numpy as np
import pytest

from alongside.methods.engagement.attendance import (
    ContactKind,
    attendance_known,
    landmarks_by_contacts,
)
from alongside.methods.engagement.hazard import fit_hazard
from tests.methods.engagement.clinics import drawn_clinic

MADE = {"version": "1", "fitted_on": "2026-03-01", "horizon": "four contacts"}


def run_starts(contacts, *, length=4):
    """The artefact: at each contact before somebody's first long run of misses begins, whether it
    begins right after it. Where a run has begun, that person is no longer looked at."""
    missed = contacts.kind == ContactKind.MISSED
    is_case, begins = np.zeros(len(missed), dtype=bool), np.zeros(len(missed), dtype=bool)
    for client in np.unique(contacts.client):
        places = np.flatnonzero(contacts.client == client)
        starts = [
            n for n in range(len(places) - length + 1) if missed[places[n : n + length]].all()
        ]
        first = starts[0] if starts else len(places)
        cases = places[: min(first, len(places) - length)]
        is_case[cases] = True
        if 0 < first < len(places):
            begins[places[first - 1]] = is_case[places[first - 1]]
    return is_case, begins


def weight_of_a_miss(known, chosen, happened, people):
    """The weight of having missed the last contact, all else left out, a miss."""
    model = fit_hazard(
        known.only("last_missed").among(chosen), happened[chosen], people[chosen], **MADE
    )
    (term,) = model.terms
    return term.coefficient / term.sd, term.standard_error / term.sd


@pytest.fixture(scope="module")
def clinic():
    return drawn_clinic(1500, 12)


def test_by_landmarks_a_miss_makes_drifting_away_likelier_as_it_does(clinic):
    found = landmarks_by_contacts(clinic)
    weight, error = weight_of_a_miss(
        attendance_known(clinic), found.is_landmark, found.drifted_away, clinic.client
    )
    assert weight > 0.5 + 3 * error


def test_by_the_beginning_of_a_run_the_same_people_seem_protected_by_missing(clinic):
    is_case, begins = run_starts(clinic)
    assert begins.sum() > 100
    weight, error = weight_of_a_miss(attendance_known(clinic), is_case, begins, clinic.client)
    assert weight < -0.5 - 3 * error
