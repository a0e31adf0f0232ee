"""Two visits missed in a row, and somebody reaches out within two working days: whatever a model
says. After that come those who may drift away."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from alongside.methods.engagement.outreach import (
    Candidate,
    MayDriftAway,
    NoWorkingDays,
    ReachOutOverdue,
    ReachOutSince,
    Urgency,
    first_in_line,
    is_rule_reached,
    outreach_of,
    working_days_after,
)
from alongside.methods.engagement.reasons import (
    Kind,
    MissedInARow,
    StrainNotRepaired,
    Why,
)

MONDAY, FRIDAY = date(2026, 3, 2), date(2026, 3, 6)
days = st.dates(date(2026, 1, 1), date(2027, 12, 31))


def missed(*days_of_march):
    return tuple(date(2026, 3, day) for day in days_of_march)


def test_two_misses_ask_for_outreach_within_two_working_days_and_one_does_not():
    found = outreach_of(Candidate("A", missed(2, 6)), today=FRIDAY)
    assert found.urgency is Urgency.DUE
    assert found.due_on == date(2026, 3, 10), "Friday, then Monday and Tuesday"
    assert found.reason == ReachOutSince(2, date(2026, 3, 10))
    assert str(found.reason) == (
        "2 visits in a row were missed. By the rule somebody reaches out by 2026-03-10, whatever "
        "the forecast says."
    )
    assert outreach_of(Candidate("A", missed(2)), today=FRIDAY) is None
    assert [is_rule_reached(n) for n in range(4)] == [False, False, True, True]


@given(st.floats(0.0, 1.0) | st.none())
def test_no_chance_however_low_holds_the_rule_back(probability):
    candidate = Candidate("A", missed(2, 6), probability=probability)
    assert outreach_of(candidate, today=FRIDAY).urgency is Urgency.DUE


def test_once_the_days_are_over_it_is_overdue_from_the_miss_that_asked_first():
    found = outreach_of(Candidate("A", missed(2, 3, 9)), today=date(2026, 3, 9))
    assert found.urgency is Urgency.OVERDUE
    assert found.reason == ReachOutOverdue(3, date(2026, 3, 5))


def test_reaching_out_answers_the_rule_until_the_next_miss_asks_anew():
    reached = Candidate("A", missed(2, 3), reached_on=date(2026, 3, 4))
    assert outreach_of(reached, today=date(2026, 3, 20)) is None
    again = Candidate("A", missed(2, 3, 9), reached_on=date(2026, 3, 4))
    assert outreach_of(again, today=date(2026, 3, 9)).due_on == date(2026, 3, 11)
    too_early = Candidate("A", missed(2, 3), reached_on=date(2026, 3, 2))
    assert outreach_of(too_early, today=date(2026, 3, 3)).urgency is Urgency.DUE


@given(days, st.integers(0, 9), st.sets(st.integers(0, 6), min_size=1), st.sets(days, max_size=9))
def test_working_days_are_the_clinics_own(day, n, working_days, holidays):
    found = working_days_after(day, n, working_days=working_days, holidays=holidays)
    between = [day + timedelta(days=each) for each in range(1, (found - day).days + 1)]
    counted = [each for each in between if each.weekday() in working_days and each not in holidays]
    assert len(counted) == n
    assert found == (counted[-1] if n else day)


def test_a_clinic_that_never_opens_is_a_mistake():
    with pytest.raises(NoWorkingDays, match="at least one working day"):
        working_days_after(MONDAY, 2, working_days=frozenset())


def test_those_who_may_drift_away_come_after_the_rule_the_likeliest_first():
    why = (Why(Kind.ALLIANCE, 2.0, StrainNotRepaired()),)
    line = first_in_line(
        [
            Candidate("quiet", probability=0.1),
            Candidate("likely", probability=0.5, why=why),
            Candidate("due", missed(5, 6), probability=0.02),
            Candidate("likelier", probability=0.8),
            Candidate("overdue", missed(2, 3)),
            Candidate("longer overdue", (date(2026, 2, 2), date(2026, 2, 3))),
        ],
        today=date(2026, 3, 9),
    )
    names = [each.client for each in line]
    assert names == ["longer overdue", "overdue", "due", "likelier", "likely"]
    assert str(line[-1].reason) == (
        "About 50 of 100 people like this drift away in the next weeks. The rule asks for nothing "
        "yet."
    )
    assert (line[-1].reason, line[-1].why) == (MayDriftAway(50), why)


def test_what_the_rule_says_is_not_said_twice():
    why = (Why(Kind.MISSES, 9.0, MissedInARow(2)), Why(Kind.ALLIANCE, 2.0, StrainNotRepaired()))
    found = outreach_of(Candidate("A", missed(2, 3), why=why), today=MONDAY)
    assert found.why == why[1:]


@given(st.lists(st.tuples(st.integers(0, 3), st.floats(0, 1)), max_size=12), st.randoms())
def test_the_order_in_which_clients_are_given_does_not_matter(clients, shuffler):
    everybody = [
        Candidate(str(n), missed(*range(2, 2 + misses)), probability=chance + n * 1e-9)
        for n, (misses, chance) in enumerate(clients)
    ]
    line = first_in_line(everybody, today=FRIDAY)
    shuffler.shuffle(everybody)
    keys = [(each.urgency, each.due_on, each.probability) for each in line]
    again = first_in_line(everybody, today=FRIDAY)
    assert keys == [(each.urgency, each.due_on, each.probability) for each in again]
    assert all(np.diff([each.urgency for each in line]) >= 0)
