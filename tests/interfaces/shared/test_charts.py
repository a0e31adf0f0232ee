"""Drawings place what they are given, for one visit as for two hundred, in every time zone."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from alongside.interfaces.shared.charts.gap_drawing import GapPoint, draw_gap
from alongside.interfaces.shared.charts.score_drawing import (
    BOTTOM,
    LEFT,
    RIGHT,
    TOP,
    Mark,
    ScorePoint,
    draw_scores,
)
from alongside.interfaces.shared.charts.time_axis import spread, time_axis
from alongside.interfaces.shared.charts.value_axis import ValueAxis, figure, round_step
from alongside.interfaces.shared.components.gap_chart import GapChart
from alongside.interfaces.shared.components.score_chart import CutOff, ScoreChart
from alongside.interfaces.shared.components.sparkline import Sparkline

MADRID = ZoneInfo("Europe/Madrid")
AUCKLAND = ZoneInfo("Pacific/Auckland")
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
moments = st.datetimes(
    datetime(2015, 1, 1),
    datetime(2035, 1, 1),
    timezones=st.just(UTC),
)


def draw(*points: ScorePoint, **changes: object):  # type: ignore[no-untyped-def]
    options = {"zone": MADRID, "lowest": 0.0, "highest": 100.0, **changes}
    return draw_scores(points, **options)  # type: ignore[arg-type]


def weekly(*values: float | None) -> list[ScorePoint]:
    return [ScorePoint(NOON + timedelta(weeks=n), value) for n, value in enumerate(values)]


def test_one_visit_stands_in_the_middle_under_its_date() -> None:
    drawing = draw(*weekly(50))
    assert drawing.last is not None
    assert drawing.last.x == pytest.approx((LEFT + RIGHT) / 2)
    assert drawing.last.y == pytest.approx((TOP + BOTTOM) / 2)
    assert [tick.label for tick in drawing.date_ticks] == ["2 Mar"]


def test_visits_at_the_same_moment_do_not_hide_each_other() -> None:
    drawing = draw(ScorePoint(NOON, 40), ScorePoint(NOON, 60), ScorePoint(NOON, 80))
    across = [dot.x for dot in drawing.dots]
    assert len(set(across)) == 3
    assert min(b - a for a, b in pairwise(across)) >= 4.9


def test_the_line_breaks_into_dashes_across_what_is_missing() -> None:
    points = weekly(50, 55, None, 60)
    points.append(ScorePoint(NOON + timedelta(weeks=20), 62))
    drawing = draw(*points)
    assert drawing.line.count("M") == 3
    assert drawing.line.count("L") == 1
    assert drawing.bridge.count("M") == 2


def test_marks_stand_on_their_visits_and_a_missed_visit_on_the_ground() -> None:
    drawing = draw(
        ScorePoint(NOON, 70),
        ScorePoint(NOON + timedelta(weeks=1), 40, (Mark.STRAIN,)),
        ScorePoint(NOON + timedelta(weeks=2), None, is_missed=True),
        ScorePoint(NOON + timedelta(weeks=3), 60, (Mark.REPAIR,)),
    )
    assert drawing.strains == (drawing.dots[1],)
    assert drawing.repairs == (drawing.dots[2],)
    assert [dot.y for dot in drawing.missed] == [BOTTOM]


def test_two_hundred_visits_are_a_line_without_dots() -> None:
    drawing = draw(*weekly(*[50.0] * 200))
    assert drawing.dots == ()
    assert drawing.line.count("L") == 199
    assert len(drawing.date_ticks) <= 5


def test_a_band_and_a_cut_off_stand_at_their_scores() -> None:
    drawing = draw(*weekly(50, 60), cut_off=25, band=(40, 60))
    height = BOTTOM - TOP
    assert drawing.cut_off_y == pytest.approx(BOTTOM - 0.25 * height)
    assert drawing.band_top == pytest.approx(BOTTOM - 0.6 * height)
    assert drawing.band_height == pytest.approx(0.2 * height)


def test_a_visit_late_in_the_evening_counts_for_the_day_on_the_wall() -> None:
    late = datetime(2026, 3, 2, 11, 30, tzinfo=UTC)
    axis = time_axis([late], zone=AUCKLAND, left=0, right=100)
    assert [tick.label for tick in axis.ticks()] == ["3 Mar"]


def test_a_change_of_the_clocks_moves_no_visit() -> None:
    days = ((3, 25), (3, 29), (4, 2))
    spring = [datetime(2026, month, day, 10, tzinfo=MADRID) for month, day in days]
    axis = time_axis(spring, zone=MADRID, left=0, right=80)
    assert [axis.position(at) for at in spring] == [0, 40, 80]


def test_dates_are_written_in_the_language_of_the_reader() -> None:
    axis = time_axis([datetime(2026, 1, 6, tzinfo=UTC)], zone=MADRID, left=0, right=100)
    assert axis.ticks()[0].label == "6 Jan"
    with translation.override("es"):
        assert axis.ticks()[0].label.casefold() == "6 ene"


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(moments, st.none() | st.floats(0, 100)), min_size=1, max_size=60))
def test_whatever_the_visits_the_drawing_stays_inside_and_in_order(pairs) -> None:  # type: ignore[no-untyped-def]
    drawing = draw(*[ScorePoint(at, value) for at, value in pairs])
    across = [dot.x for dot in drawing.dots]
    assert across == sorted(across)
    assert all(LEFT <= dot.x <= RIGHT and TOP <= dot.y <= BOTTOM for dot in drawing.dots)
    assert 1 <= len(drawing.date_ticks) <= 5
    places = [tick.position for tick in drawing.date_ticks]
    assert places == sorted(places)
    assert all(LEFT <= place <= RIGHT for place in places)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.integers(0, 1000).map(lambda tenths: tenths / 10), max_size=20))
def test_spread_keeps_order_distance_and_the_right_end(found: list[float]) -> None:
    moved = spread(sorted(found), least=5, right=100)
    assert all(b - a >= 5 - 1e-9 for a, b in pairwise(moved))
    assert all(place <= 100 for place in moved)
    apart = sorted(found)
    if all(b - a >= 5 for a, b in pairwise(apart)):
        assert list(moved) == pytest.approx(apart)


def test_scores_outside_the_instrument_stand_at_its_end() -> None:
    axis = ValueAxis(0, 40, top=0, bottom=100)
    assert (axis.position(-3), axis.position(20), axis.position(99)) == (100, 50, 0)
    assert [tick.label for tick in axis.ticks()] == ["0", "10", "20", "30", "40"]


@pytest.mark.parametrize(
    ("at_least", "step"), [(25, 25), (3, 5), (0.9, 1), (9.75, 10), (2.5, 2.5), (51, 100)]
)
def test_steps_are_round(at_least: float, step: float) -> None:
    assert round_step(at_least) == pytest.approx(step)


def test_a_figure_has_a_decimal_only_where_there_is_one() -> None:
    assert [figure(value) for value in (64.0, 64.04, 64.06, -3.5)] == ["64", "64", "64.1", "-3.5"]
    with translation.override("es"):
        assert figure(64.5) == "64,5"


def test_the_gap_draws_both_and_joins_only_what_both_rated() -> None:
    points = [
        GapPoint(NOON, 70, 80),
        GapPoint(NOON + timedelta(weeks=1), None, 75),
        GapPoint(NOON + timedelta(weeks=2), 60, None),
    ]
    drawing = draw_gap(points, zone=MADRID, lowest=0, highest=100)
    assert [pair.is_paired for pair in drawing.pairs] == [True, False, False]
    assert drawing.pairs[0].client_y > drawing.pairs[0].therapist_y
    chart = GapChart("Two views", tuple(points), MADRID)
    assert [row.cells[3] for row in chart.table.rows] == ["-10", "none", "none"]
    assert chart.summary == "Both rated 1 visit: Client 70, Therapist 80."


def test_a_graph_says_in_words_and_rows_what_it_draws() -> None:
    points = (
        ScorePoint(NOON, 48),
        ScorePoint(NOON + timedelta(weeks=1), 31, (Mark.STRAIN,)),
        ScorePoint(NOON + timedelta(weeks=2), None, is_missed=True),
        ScorePoint(NOON + timedelta(weeks=3), 66.5, (Mark.REPAIR,)),
    )
    chart = ScoreChart("How you feel", points, MADRID, cut_off=CutOff(50, "50"))
    assert chart.summary == (
        "3 scores. First 48 on 2 Mar 2026, last 66.5 on 23 Mar 2026. "
        "The lowest was 31 on 9 Mar 2026."
    )
    assert [row.cells for row in chart.table.rows] == [
        ("2 Mar 2026", "48 (below 50)", "–"),
        ("9 Mar 2026", "31 (below 50)", "Strain noticed"),
        ("16 Mar 2026", "none", "Visit missed"),
        ("23 Mar 2026", "66.5 (at or above 50)", "Repaired"),
    ]
    html = str(chart)
    assert 'aria-labelledby="score-chart-title score-chart-desc"' in html
    assert chart.summary in html


def test_nothing_to_draw_is_said_and_not_drawn() -> None:
    assert "<svg" not in str(ScoreChart("x", (ScorePoint(NOON, None),), MADRID))
    assert "No scores yet" in str(ScoreChart("x", (), MADRID))
    assert "No ratings yet" in str(Sparkline((None, None)))
    assert "<svg" not in str(Sparkline(()))


def test_a_sparkline_keeps_its_domain_and_marks_the_last_and_the_strain() -> None:
    svg = str(Sparkline((0, None, 100, 50), (2,)))
    assert 'd="M4.0 36.0h0M78.7 4.0h0L116.0 20.0"' in svg
    assert 'cx="116.0" cy="20.0"' in svg
    assert svg.count("sparkline-strain") == 1
    assert 'aria-label="3 ratings: first 0, last 50; 1 strain"' in svg


def test_a_long_course_shows_its_last_thirty_and_no_strain_before_them() -> None:
    values = tuple(float(n) for n in range(40))
    assert str(Sparkline(values)).count("L") == 29
    assert "sparkline-strain" not in str(Sparkline(values, (5,)))
    assert "sparkline-strain" in str(Sparkline(values, (10,)))


def test_a_hundred_sparklines_cost_less_than_half_a_millisecond_each() -> None:
    line = Sparkline(tuple(50 + n % 7 for n in range(30)), (4, 20))
    str(line)
    start = time.process_time()
    for _ in range(100):
        str(line)
    assert (time.process_time() - start) / 100 < 0.0005
