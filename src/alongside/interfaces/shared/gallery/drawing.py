"""What is drawn: courses of scores, short and long, whole and broken."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from alongside.interfaces.shared.charts.gap_drawing import GapPoint
from alongside.interfaces.shared.charts.score_drawing import Mark, ScorePoint
from alongside.interfaces.shared.components.gap_chart import GapChart
from alongside.interfaces.shared.components.range_chart import RangeChart
from alongside.interfaces.shared.components.score_chart import Band, CutOff, ScoreChart
from alongside.interfaces.shared.components.sparkline import Sparkline
from alongside.interfaces.shared.gallery.exhibit import Exhibit

ZONE = ZoneInfo("Europe/Madrid")
START = datetime(2026, 1, 6, 14, 30, tzinfo=UTC)
COURSE = (48, 52, 50, 57, None, 61, 44, 47, 58, 64, 66, 71)
CUT_OFF = CutOff(55, "55: above this line, people who do well")
BAND = Band(39, 57, "Inside this band, change may be chance")


def drawing() -> tuple[Exhibit, ...]:
    """The exhibits of this wall."""
    return (*_sparklines(), *_scores(), *_gaps(), *_ranges())


def _sparklines() -> tuple[Exhibit, ...]:
    return (
        Exhibit("steady", Sparkline((70, 72, 71, 75, 74, 78))),
        Exhibit("with a strain and a gap", Sparkline((71, 74, None, 76, 48, 55), (4,))),
        Exhibit("one rating", Sparkline((64,))),
        Exhibit("both ends", Sparkline((0, 100, 0, 100))),
        Exhibit("none", Sparkline(())),
    )


def _week(number: float) -> datetime:
    return START + timedelta(weeks=number)


def _scores() -> tuple[Exhibit, ...]:
    marks = {6: (Mark.STRAIN,), 8: (Mark.REPAIR,)}
    course = tuple(
        ScorePoint(_week(week), value, marks.get(week, ()), is_missed=value is None)
        for week, value in enumerate(COURSE)
    )
    years = tuple(
        ScorePoint(_week(week), 50 + 25 * ((week * 37) % 100) / 100 - 10 * (week % 17 == 0))
        for week in range(200)
    )
    one_day = (
        ScorePoint(START, 60),
        ScorePoint(START + timedelta(hours=1), 55),
        ScorePoint(_week(3), 62),
    )
    higher = "Higher is better."
    return (
        Exhibit(
            "with everything",
            ScoreChart(
                "How you feel",
                course,
                ZONE,
                direction=higher,
                cut_off=CUT_OFF,
                band=BAND,
                chart_id="g-all",
                level=4,
            ),
        ),
        Exhibit("one visit", ScoreChart("One", course[:1], ZONE, chart_id="g-one", level=4)),
        Exhibit("two visits", ScoreChart("Two", course[:2], ZONE, chart_id="g-two", level=4)),
        Exhibit(
            "two on one day",
            ScoreChart("One day", one_day, ZONE, chart_id="g-day", level=4),
        ),
        Exhibit(
            "two hundred visits",
            ScoreChart("Four years", years, ZONE, chart_id="g-years", level=4),
        ),
        Exhibit("none", ScoreChart("How you feel", (), ZONE, chart_id="g-none", level=4)),
    )


def _gaps() -> tuple[Exhibit, ...]:
    pairs = ((70, 74), (72, 80), (58, 82), (None, 80), (61, 72), (70, 73), (78, None), (80, 76))
    points = tuple(
        GapPoint(_week(week), client, therapist) for week, (client, therapist) in enumerate(pairs)
    )
    return (
        Exhibit("eight visits", GapChart("Two views", points, ZONE, chart_id="g-gap", level=4)),
        Exhibit("one visit", GapChart("One", points[:1], ZONE, chart_id="g-gap-one", level=4)),
        Exhibit("none", GapChart("Two views", (), ZONE, chart_id="g-gap-none", level=4)),
    )


def _ranges() -> tuple[Exhibit, ...]:
    def likely(low: float, middle: float, high: float, key: str) -> RangeChart:
        return RangeChart(
            title="Better than expected",
            low=low,
            middle=middle,
            high=high,
            reach=6.0,
            zero_label="as expected",
            below_label="worse",
            above_label="better",
            summary=f"{middle:g} points, likely between {low:g} and {high:g}.",
            chart_id=f"g-range-{key}",
        )

    return (
        Exhibit("above zero", likely(0.4, 2.4, 4.4, "above")),
        Exhibit("around zero", likely(-1.5, 0.5, 2.5, "around")),
        Exhibit("further than the line", likely(-14.0, -9.0, -4.0, "far")),
    )
