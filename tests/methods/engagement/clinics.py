"""Clinics with known truth: who comes, who misses, and who stops coming."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st

from alongside.methods.engagement.attendance import ContactKind, Contacts

CAME, MISSED = ContactKind.ATTENDED, ContactKind.MISSED
CLIENT, CLINIC = ContactKind.CANCELLED_BY_CLIENT, ContactKind.CANCELLED_BY_CLINIC

kinds = st.lists(st.sampled_from(ContactKind), min_size=1, max_size=12)
courses = st.lists(kinds, min_size=1, max_size=5)
gaps = st.lists(st.integers(0, 20), min_size=12, max_size=12)


def contacts_of(courses, *, days=None, **more):
    """A clinic from one list of kinds for each client, with the days of each where given."""
    client = np.repeat(np.arange(len(courses)), [len(each) for each in courses])
    flat = None if days is None else np.array([day for each in days for day in each])
    return Contacts(client, np.array([kind for each in courses for kind in each]), flat, **more)


def drawn_clinic(n_clients, seed, *, n_contacts=20, logit_leaving=-4.0, per_miss=1.3, p_miss=0.12):
    """Clients who miss now and then, and leave for good the likelier the more they just missed.

    Who has left misses every contact to come. That missing makes leaving likelier is the truth.
    """
    rng = np.random.default_rng(seed)
    courses = []
    for _ in range(n_clients):
        course, run, is_gone = [], 0, False
        for _ in range(n_contacts):
            leaving = 1.0 / (1.0 + np.exp(-(logit_leaving + per_miss * run)))
            is_gone = is_gone or rng.random() < leaving
            kind = MISSED if is_gone or rng.random() < p_miss else CAME
            run = run + 1 if kind is MISSED else 0
            course.append(kind)
        courses.append(course)
    return contacts_of(courses, knows_cancellations=False)
