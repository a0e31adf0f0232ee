"""What the study of strain came to: ruptures found, and alarms among clients without one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

from alongside.interfaces.cli.lab_report.chapter import (
    Chapter,
    Column,
    Demand,
    Exhibit,
    Table,
    Verdict,
)
from alongside.interfaces.cli.lab_report.plots import Mark, Row, Scale, dots
from alongside.interfaces.cli.lab_report.studies import Findings
from alongside.lab.detection import BASELINES, FALSE_ALARMS, N_VISITS, OURS, Found
from alongside.lab.strain_calibration import Calibrated
from alongside.lab.strain_study import ConditionStudied

DEMANDED: Final = 0.5
JUDGED_AT: Final = 0.01
RATIOS: Final = (0.7, 1.3)
MODEL, COUNT = "by the model", "by counting"


def detection_chapter(found: Findings) -> Chapter:
    """How soon ruptures are found, against simpler rules."""
    sizes, benchmark = found.sizes.strain, found.strain[0]
    ours = benchmark.of(OURS)
    leads = [(studied, _smallest_lead(studied)) for studied in found.strain]
    n_ahead = sum(least.lead.value > 0 for _, least in leads)
    clear = sum(least.lead.value > 1.96 * least.lead.error for _, least in leads)
    behind = [studied.condition.name for studied, least in leads if least.lead.value <= 0]
    named = f" Not ahead: {'; '.join(behind)}." if behind else ""
    return Chapter(
        key="detection",
        title="How soon are ruptures of the alliance found?",
        asks=(
            "A rupture begins at a known visit. Does the detector find it at that visit or within "
            "the next two, and does it find more than simpler rules that give as few false alarms?"
        ),
        how=(
            f"{sizes.n_calm:,} clients without a rupture and {sizes.n_ruptured:,} with one rupture "
            f"each, of {N_VISITS} visits, in each of six conditions; hyper-parameters are "
            f"learned from {sizes.n_reference:,} others, each with a rupture that nobody "
            f"knows. Every rule is set on those without a rupture so that "
            f"{FALSE_ALARMS:.0%} of them have any false alarm in {N_VISITS} visits. All rules "
            "see the same clients. What our detector takes off each of its windows was chosen on "
            "other draws of the same six conditions; the four rules have the settings of the "
            "literature."
        ),
        demands=(
            Demand(
                f"At least {DEMANDED:.0%} found within two visits on the benchmark.",
                Verdict.of(ours.within_two.value >= DEMANDED, 1),
                f"{ours.within_two.value:.1%}, standard error {ours.within_two.error:.1%}, "
                f"n = {ours.within_two.n:,}.",
            ),
            Demand(
                "Ahead of all four simpler rules within two visits, in every condition.",
                Verdict.of(n_ahead, len(leads)),
                f"Ahead of all four in {n_ahead} of {len(leads)} conditions, and by more than "
                f"chance explains in {clear}.{named}",
            ),
        ),
        reading=(
            "Each bar is the share of ruptures found within two visits, with its 95% interval; "
            "ours is the filled one. Whether a lead is more than chance is told by our lead in the "
            "table, which compares the same clients."
        ),
        exhibits=(
            Exhibit(
                _detection_table(
                    "found",
                    "Ruptures found by our detector and by the four rules of the literature, in "
                    "each condition.",
                    found.strain,
                    (OURS, *BASELINES),
                ),
                tuple(_detection_drawings(found.strain)),
            ),
            Exhibit(
                _detection_table(
                    "found_by_others",
                    "Other rules: variants of the detector, and simpler rules with settings that "
                    "nobody could know beforehand.",
                    found.strain,
                    [
                        each.detector
                        for each in benchmark.found
                        if each.detector not in (OURS, *BASELINES)
                    ],
                )
            ),
        ),
        not_shown=(
            "How often real ruptures are found: these are drawn, with a size and a shape that we "
            "chose after the literature.",
            "Ruptures in the first four visits: none is drawn there.",
            "Whether a prompt helps the client.",
        ),
    )


def alarms_chapter(found: Findings) -> Chapter:
    """Nominal against actual alarms."""
    some = found.strain_at_some[0].sizes.share_ruptured
    return Chapter(
        key="alarms",
        title="Are alarms as rare as they say?",
        asks=(
            "The detector gives each rating a chance: how rarely one so low comes by chance alone. "
            "Among clients without a rupture a threshold of 1% should then be crossed at 1% "
            "of visits."
        ),
        how=(
            "The same clients without a rupture as above, and once more with others where "
            f"{some:.0%} instead of all of those who are learned from had a rupture. "
            "By the model: the detector's own chance. By counting: the share of the clinic's own "
            "last judged visits that were as low, up to 2,000 of them."
        ),
        demands=tuple(_alarms_demand(found, way) for way in (MODEL, COUNT)),
        reading=(
            "A dot right of the band: more alarms than said. Left of it: fewer, so that strains "
            "are missed. By counting, the clinic's own ruptures are among the visits that are "
            "counted, so clients without one get fewer alarms than the threshold says; that is "
            "on the safe side, but it is no chance of a false alarm."
        ),
        exhibits=(
            Exhibit(_at_one_percent_table(found), (_at_one_percent_drawing(found),)),
            Exhibit(_by_nominal_table(found), (_by_nominal_drawing(found),)),
        ),
        not_shown=(
            "How many prompts a therapist gets in a week: that is set by the supervisor's budget.",
            "Clinics whose ratings are unlike all six conditions.",
        ),
    )


def _alarms_demand(found: Findings, way: str) -> Demand:
    n_met, n_all, told = 0, 0, []
    for studies in (found.strain, found.strain_at_some):
        rows = [row for studied in studies for row in _rows_of(studied, way)]
        ratios = [row.ratio for row in rows if row.nominal == JUDGED_AT]
        n_here = sum(RATIOS[0] <= ratio <= RATIOS[1] for ratio in ratios)
        n_met, n_all = n_met + n_here, n_all + len(ratios)
        told.append(
            f"in {n_here} of {len(ratios)} conditions where {studies[0].sizes.share_ruptured:.0%} "
            "of those learned from had a rupture"
        )
    return Demand(
        f"A nominal 1%, {way}, comes to {RATIOS[0]} to {RATIOS[1]}% of visits in every condition.",
        Verdict.of(n_met, n_all),
        f"{' and '.join(told).capitalize()}.",
    )


def _smallest_lead(studied: ConditionStudied) -> Found:
    return min((studied.of(name) for name in BASELINES), key=lambda each: each.lead.value)


def _detection_table(
    key: str, caption: str, studies: tuple[ConditionStudied, ...], names: Sequence[str]
) -> Table:
    def cells(studied: ConditionStudied, each: Found) -> tuple[Any, ...]:
        is_first = each.detector == OURS
        return (
            *(each.detector, studied.condition.name, each.false_alarms.value),
            *(each.at_onset.value, each.within_two.value, each.within_two.error),
            None if is_first else each.lead.value,
            None if is_first else each.lead.error,
            each.within_two.n,
        )

    return Table(
        key,
        caption,
        (
            Column("rule", "Rule"),
            Column("condition", "Condition"),
            Column("any_false_alarm", "Any false alarm", ".1%"),
            Column("at_onset", "Found at onset", ".1%"),
            Column("within_two", "Found within two", ".1%"),
            Column("error", "Its error", ".1%"),
            Column("our_lead", "Our lead", "+.1%"),
            Column("error_of_lead", "Its error", ".1%"),
            Column("n", "n clients", ",d"),
        ),
        tuple(cells(studied, studied.of(name)) for studied in studies for name in names),
    )


def _detection_drawings(studies: tuple[ConditionStudied, ...]) -> Iterator[str]:
    for place, studied in enumerate(studies):
        rows = [
            Row(
                name,
                (
                    Mark.around(
                        studied.of(name).within_two.value,
                        studied.of(name).within_two.error,
                        0 if name == OURS else 1,
                    ),
                ),
            )
            for name in (OURS, *BASELINES)
        ]
        name = studied.condition.name
        yield f'<figcaption class="plot-name">{name.capitalize()}</figcaption>' + dots(
            f"detection-{place}",
            f"Ruptures found within two visits: {name}",
            "A bar with its 95% interval for our detector and for each of four simpler rules, at "
            "equally few false alarms. The table holds the numbers.",
            rows,
            Scale("ruptures found within two visits", (0.0, 0.2, 0.4, 0.6, 0.8), ".0%"),
            line=DEMANDED if place == 0 else None,
            is_bars=True,
        )


def _rows_of(studied: ConditionStudied, way: str) -> tuple[Calibrated, ...]:
    calibration = studied.calibration
    return calibration.by_model if way == MODEL else calibration.by_count


def _alarm_columns(first: Column, second: Column) -> tuple[Column, ...]:
    return (
        *(first, second),
        Column("told", "Told"),
        Column("nominal", "Nominal", ".1%"),
        Column("actual", "Actual", ".2%"),
        Column("error", "Its error", ".2%"),
        Column("ratio", "Times nominal", ".2f"),
        Column("any_in_20_visits", "Clients with any in 20 visits", ".1%"),
        Column("n", "n visits", ",d"),
    )


def _alarm_cells(row: Calibrated) -> tuple[Any, ...]:
    return (
        *(row.nominal, row.per_visit.value, row.per_visit.error, row.ratio),
        *(row.per_client.value, row.per_visit.n),
    )


def _at_one_percent_table(found: Findings) -> Table:
    return Table(
        "at_one_percent",
        "What a nominal 1% comes to among clients without a rupture, by the share of those learned "
        "from who had a rupture.",
        _alarm_columns(
            Column("condition", "Condition"), Column("learned_with_rupture", "With rupture", ".0%")
        ),
        tuple(
            (studied.condition.name, studied.sizes.share_ruptured, way, *_alarm_cells(row))
            for pair in zip(found.strain, found.strain_at_some, strict=True)
            for studied in pair
            for way in (MODEL, COUNT)
            for row in _rows_of(studied, way)
            if row.nominal == JUDGED_AT
        ),
    )


def _marks(studied: ConditionStudied, nominal: float, per: float) -> tuple[Mark, ...]:
    return tuple(
        Mark(
            row.per_visit.value / per,
            max(row.per_visit.value - 1.96 * row.per_visit.error, 0.0) / per,
            (row.per_visit.value + 1.96 * row.per_visit.error) / per,
            series,
        )
        for series, way in enumerate((MODEL, COUNT))
        for row in _rows_of(studied, way)
        if row.nominal == nominal
    )


def _at_one_percent_drawing(found: Findings) -> str:
    rows = [
        Row(
            f"{studied.sizes.share_ruptured:.0%} with a rupture",
            _marks(studied, JUDGED_AT, 1.0),
            heading=studied.condition.name if place == 0 else "",
        )
        for pair in zip(found.strain, found.strain_at_some, strict=True)
        for place, studied in enumerate(pair)
    ]
    low, high = (JUDGED_AT * ratio for ratio in RATIOS)
    return dots(
        "alarms",
        "What a nominal 1% comes to",
        "For each condition the share of visits with an alarm among clients without a rupture, "
        "with its 95% interval, on a band from 0.7 to 1.3%. The table holds the numbers.",
        rows,
        Scale.over(rows, "visits with an alarm", ".0%", 0.0),
        band=(low, high),
        line=JUDGED_AT,
        series=(MODEL, COUNT),
    )


def _by_nominal_table(found: Findings) -> Table:
    benchmarks = (found.strain[0], found.strain_at_some[0])
    return Table(
        "by_nominal",
        "Nominal against actual alarms on the benchmark.",
        _alarm_columns(
            Column("condition", "Condition"), Column("learned_with_rupture", "With rupture", ".0%")
        ),
        tuple(
            (studied.condition.name, studied.sizes.share_ruptured, way, *_alarm_cells(row))
            for studied in benchmarks
            for way in (MODEL, COUNT)
            for row in _rows_of(studied, way)
        ),
    )


def _by_nominal_drawing(found: Findings) -> str:
    rows = [
        Row(
            f"nominal {row.nominal:.1%}",
            _marks(studied, row.nominal, row.nominal),
            heading=f"{studied.sizes.share_ruptured:.0%} with a rupture" if place == 0 else "",
        )
        for studied in (found.strain[0], found.strain_at_some[0])
        for place, row in enumerate(studied.calibration.by_model)
    ]
    return dots(
        "nominal",
        "Actual alarms on the benchmark, as a multiple of nominal",
        "For each nominal chance how many times as often alarms come among clients without a "
        "rupture, with the 95% interval, on a band from 0.7 to 1.3 times. The table holds "
        "the numbers.",
        rows,
        Scale.over(rows, "times nominal", ".1f", 0.0, 2.0),
        band=RATIOS,
        line=1.0,
        series=(MODEL, COUNT),
    )
