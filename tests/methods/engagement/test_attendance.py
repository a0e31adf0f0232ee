"""What coming and staying away says at each contact, for a whole clinic at once.

Beside the arrays stands a slow twin that goes through one client after another, contact by contact.
"""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from alongside.methods.engagement.attendance import (
    Contacts,
    ContactsOutOfOrder,
    UnknownContactKind,
    attendance_known,
    consecutive_misses,
    landmarks_by_contacts,
    landmarks_by_days,
    share_answered,
    still_comes,
    use_known,
)
from tests.methods.engagement.clinics import (
    CAME,
    CLIENT,
    CLINIC,
    MISSED,
    contacts_of,
    courses,
    gaps,
)


def slow_run(course):
    """Misses in a row at the end of what one client did so far."""
    run = 0
    for kind in course:
        run = 0 if kind == CAME else run + (kind == MISSED)
    return run


def slow_known(course):
    """The columns at the last contact of what one client did so far."""
    lately, due = course[-4:], [kind for kind in course if kind in (CAME, MISSED)]
    due_lately = [kind for kind in lately if kind in (CAME, MISSED)]

    def share(of):
        return of.count(MISSED) / len(of) if of else math.nan

    return {
        "ln_contacts": math.log(len(course) + 1),
        "last_missed": float(course[-1] == MISSED),
        "missed_run": float(min(slow_run(course), 3)),
        "missed_last_4": share(due_lately),
        "missed_share": share(due),
        "cancelled_by_client_last_4": float(lately.count(CLIENT)),
        "cancelled_by_clinic_last_4": float(lately.count(CLINIC)),
        "ln_days_between": math.nan,
    }


@given(courses)
def test_the_arrays_say_what_going_through_each_client_says(courses):
    contacts = contacts_of(courses)
    known, runs = attendance_known(contacts), consecutive_misses(contacts)
    so_far = [course[: n + 1] for course in courses for n in range(len(course))]
    for place, course in enumerate(so_far):
        expected = slow_known(course)
        found = dict(zip(known.names, known.columns[place], strict=True))
        assert found == pytest.approx(expected, nan_ok=True), course
        assert runs[place] == slow_run(course)
        assert still_comes(contacts)[place] == (CAME in course and slow_run(course) < 3)


@given(courses)
def test_by_contacts_nobody_came_to_the_next_four_and_all_four_have_been(courses):
    contacts = contacts_of(courses)
    found = landmarks_by_contacts(contacts)
    place = 0
    for course in courses:
        for n in range(1, len(course) + 1):
            then = course[n : n + 4]
            is_landmark = len(then) == 4 and CAME in course[:n] and slow_run(course[:n]) < 3
            assert found.is_landmark[place] == is_landmark
            assert found.drifted_away[place] == (is_landmark and CAME not in then)
            place += 1


@given(courses, st.lists(gaps, min_size=5, max_size=5), st.integers(0, 120))
def test_by_days_nobody_came_in_the_28_days_after_and_all_28_have_been(courses, gaps, until):
    days = [
        np.cumsum(gap[: len(course)]).tolist() for gap, course in zip(gaps, courses, strict=False)
    ]
    contacts = contacts_of(courses, days=days)
    found = landmarks_by_days(contacts, seen_until=until)
    place = 0
    for course, on in zip(courses, days, strict=False):
        for n in range(len(course)):
            so_far = course[: n + 1]
            is_landmark = on[n] + 28 <= until and CAME in so_far and slow_run(so_far) < 3
            came = any(
                kind == CAME and on[n] < day <= on[n] + 28
                for kind, day in zip(course, on, strict=True)
            )
            assert found.is_landmark[place] == is_landmark
            assert found.drifted_away[place] == (is_landmark and not came)
            place += 1


@given(courses, st.integers(0, 11), st.data())
def test_what_is_known_at_a_contact_does_not_change_with_what_comes_after_it(courses, n, data):
    """A column that looked ahead would foretell the outcome it is meant to be set against."""
    changed = [
        course[: n + 1]
        + [data.draw(st.sampled_from([CAME, MISSED, CLIENT, CLINIC])) for _ in course[n + 1 :]]
        for course in courses
    ]
    contacts, other = contacts_of(courses), contacts_of(changed)
    until_then = contacts.number <= n + 1
    for known in (attendance_known, lambda each: use_known(each, (each.kind == CAME) * 1.0)):
        assert np.array_equal(
            known(contacts).columns[until_then], known(other).columns[until_then], equal_nan=True
        )
    assert np.array_equal(
        consecutive_misses(contacts)[until_then], consecutive_misses(other)[until_then]
    )


def test_the_outcome_itself_does_change_with_what_comes_after():
    """The negative control of the test before."""
    came = landmarks_by_contacts(contacts_of([[CAME, MISSED, MISSED, MISSED, CAME]]))
    left = landmarks_by_contacts(contacts_of([[CAME, MISSED, MISSED, MISSED, MISSED]]))
    assert (came.drifted_away[0], left.drifted_away[0]) == (False, True)


def test_whoever_cancels_has_been_in_touch():
    """A cancelled contact is no miss and does not forgive one."""
    contacts = contacts_of([[CAME, MISSED, CLIENT, MISSED, CLINIC, CAME]])
    assert consecutive_misses(contacts).tolist() == [0, 1, 1, 2, 2, 0]


def test_somebody_who_never_came_or_missed_three_in_a_row_is_no_landmark():
    contacts = contacts_of([[MISSED, CAME, MISSED, MISSED, MISSED, CAME]])
    assert still_comes(contacts).tolist() == [False, True, True, True, False, True]


def test_cancelling_that_is_not_recorded_is_not_known_and_not_none():
    known = attendance_known(contacts_of([[CAME, MISSED]], knows_cancellations=False))
    assert np.isnan(known.column("cancelled_by_client_last_4")).all()
    known = attendance_known(contacts_of([[CAME, MISSED]]))
    assert known.column("cancelled_by_client_last_4").tolist() == [0.0, 0.0]


def test_somebody_seen_once_a_month_is_known_to_be():
    """Twenty-eight days without a visit mean little there; the mean gap lets the model learn it."""
    contacts = contacts_of([[CAME, CAME, CAME], [CAME]], days=[[0, 30, 60], [60]])
    days = np.expm1(attendance_known(contacts).column("ln_days_between"))
    assert days.tolist() == pytest.approx([math.nan, 30.0, 30.0, math.nan], nan_ok=True)


def test_what_is_found_of_use_follows_the_five_columns_of_the_notes():
    contacts = contacts_of([[CAME, CAME, MISSED, CAME, CAME], [CAME]])
    used = np.array([np.nan, 1.0, np.nan, 0.0, 0.0, np.nan])
    known = use_known(contacts, used)
    last = dict(zip(known.names, known.columns[4], strict=True))
    assert last == pytest.approx(
        {
            "last_used": 0.0,
            "last_not_used": 1.0,
            "used_last_4": 1 / 3,
            "used_rate": 1.5 / 4,
            "not_used_run": 2.0,
        }
    )
    assert np.isnan(known.columns[[0, 5]]).all(), "nothing was found out yet: not known, not fine"


@pytest.mark.parametrize(
    ("client", "day"), [([1, 2, 1], None), ([1, 1, 2], [5, 4, 1])], ids=["split", "backwards"]
)
def test_contacts_out_of_order_are_refused(client, day):
    with pytest.raises(ContactsOutOfOrder, match="client by client"):
        Contacts(np.array(client), np.zeros(3, dtype=int), None if day is None else np.array(day))


def test_a_kind_that_is_none_is_refused():
    with pytest.raises(UnknownContactKind, match="with the number 7"):
        Contacts(np.array([1]), np.array([7]))


def test_days_are_needed_for_a_horizon_in_days():
    with pytest.raises(ContactsOutOfOrder):
        landmarks_by_days(contacts_of([[CAME]]), seen_until=9)


def test_a_clinic_without_contacts_has_no_landmarks():
    empty = Contacts(np.empty(0, dtype=int), np.empty(0, dtype=int), np.empty(0, dtype=int))
    assert len(attendance_known(empty)) == len(landmarks_by_contacts(empty).is_landmark) == 0
    assert len(landmarks_by_days(empty, seen_until=0).is_landmark) == 0


answers = st.lists(st.sampled_from([0.0, 1.0, math.nan]), min_size=12, max_size=12)


@given(
    courses,
    st.lists(gaps, min_size=5, max_size=5),
    st.lists(answers, min_size=5, max_size=5),
)
def test_the_share_answered_is_that_of_the_last_two_weeks_against_the_whole(courses, gaps, told):
    days = [
        np.cumsum(gap[: len(course)]).tolist() for gap, course in zip(gaps, courses, strict=False)
    ]
    of_each = [one[: len(course)] for one, course in zip(told, courses, strict=False)]
    flat = np.array([answer for each in of_each for answer in each])
    found = share_answered(contacts_of(courses, days=days), flat)
    place = 0
    for on, answered in zip(days, of_each, strict=True):
        for n, today in enumerate(on):
            asked = [a for a in answered[: n + 1] if not math.isnan(a)]
            lately = [
                a
                for a, day in zip(answered[: n + 1], on, strict=False)
                if day > today - 14 and not math.isnan(a)
            ]
            change = sum(lately) / len(lately) - sum(asked) / len(asked) if lately else math.nan
            assert found[place] == pytest.approx(change, nan_ok=True)
            place += 1


def test_the_share_answered_needs_days():
    with pytest.raises(ContactsOutOfOrder):
        share_answered(contacts_of([[CAME]]), np.array([1.0]))
