"""What the studies of the expected course came to: truths recovered, and the boundary held."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from alongside.interfaces.cli.lab_report.chapter import (
    Chapter,
    Column,
    Demand,
    Exhibit,
    Table,
    Verdict,
)
from alongside.interfaces.cli.lab_report.plots import Mark, Row, Scale, dots, histogram
from alongside.interfaces.cli.lab_report.studies import Findings
from alongside.lab.course_recovery import NOTICED, Cohort, Recovered, Recovery
from alongside.methods.progress.held_out import NOMINAL, TOLERANCE, BoundaryHeld, Exceeded
from alongside.methods.vocabulary.calibration import Z_95, TransformHistogram

COVERAGE: Final = (0.925, 0.975)
"""Within which a share of intervals called 95% is near enough (Bradley 1978, liberal criterion)."""
GROUPS: Final = ("low intake", "middle intake", "high intake")


def recovery_chapter(found: Findings) -> Chapter:
    """Whether the fit finds the truth."""
    fitted = [(study, each) for study in found.recovery for each in study.parameters]
    unbiased = sum(each.is_found for _, each in fitted)
    worst, of_worst = max(fitted, key=lambda pair: abs(pair[1].bias))[::-1]
    covered = [each.coverage for _, each in fitted if each.coverage is not None]
    near = sum(share.lowest <= COVERAGE[1] and share.highest >= COVERAGE[0] for share in covered)
    cohort = found.recovery[0].cohort
    return Chapter(
        key="recovery",
        title="Does the fit find the truth?",
        asks=(
            "Courses are drawn from a growth model whose parameters are known, and the same model "
            "is fitted to them. Is an estimate right on average, and does its interval hold the "
            "truth as often as it says?"
        ),
        how=(
            f"Each cohort was drawn and fitted {found.sizes.n_draws:,} times: "
            f"{cohort.n_clients:,} clients of {cohort.n_therapists} therapists, "
            f"{cohort.n_visits} visits planned. Three cohorts: every visit rated; "
            "30% of visits missing by chance while 5% of clients leave for good after each visit; "
            "and noise with heavy tails (Student's t, 3 degrees, same variance). The fit is by "
            "restricted maximum likelihood, with a level and a slope of their own for each client "
            "and a level for each therapist."
        ),
        demands=(
            Demand(
                f"No mean estimate is {NOTICED} of its standard errors or more from the truth "
                "(our own demand; a right fit fails it about once in 2,000 looks).",
                Verdict.of(unbiased, len(fitted)),
                f"{unbiased} of {len(fitted)} means; the furthest is {_named(worst)} "
                f"({of_worst.cohort.name}), {abs(worst.bias):.1f} standard errors off.",
            ),
            Demand(
                f"95% intervals of fixed effects hold the truth in {COVERAGE[0]:.1%} to "
                f"{COVERAGE[1]:.1%} of draws, or cannot be told from that (our own demand, by "
                "Bradley 1978).",
                Verdict.of(near, len(covered)),
                f"{near} of {len(covered)}; the shares run from "
                f"{min(share.value for share in covered):.1%} to "
                f"{max(share.value for share in covered):.1%}.",
            ),
        ),
        reading=(
            "Level is the expected score at the first visit of a client of mean intake; by intake "
            "and trend say how it moves with each point of intake and with each unit of ln(visit). "
            "A whisker is the 95% interval of the mean over draws: it should reach the line."
        ),
        exhibits=(
            Exhibit(_recovered_table(found.recovery), (_recovered_drawing(found.recovery),)),
            Exhibit(_fits_table(found.recovery)),
        ),
        not_shown=(
            "That real courses are straight in ln(visit), or that clients are normal around them: "
            "what is drawn here is exactly what is fitted, except for the heavy tails.",
            "Visits that are missing because things go badly. Here they are missing by chance, "
            "and whoever leaves does so whatever they scored.",
            f"Small clinics: with {cohort.n_therapists} therapists the therapist variance is "
            "right on average and far off in any one clinic (see the spread).",
        ),
    )


def boundary_chapter(found: Findings) -> Chapter:
    """Whether one rating in ten is beyond the boundary."""
    rows = [
        (cohort, group, each)
        for cohort, held in found.boundary
        for group, each in _groups(held)
        if isinstance(each, Exceeded)
    ]
    n_met = sum(each.is_as_demanded for *_, each in rows)
    shares = [each.share.value for *_, each in rows]
    return Chapter(
        key="boundary",
        title="Is the boundary exceeded by one rating in ten?",
        asks=(
            "A client is called off course when a score is beyond the 90% boundary of what "
            "clients who began alike score. Among clients on their course that should happen at "
            "one rating in ten: overall, and whatever they began with. And does a score fall in "
            "its forecast as the forecast says?"
        ),
        how=(
            f"{found.sizes.n_boundary:,} clients in each of four conditions, 12 visits planned, 20 "
            f"clients a therapist. They are dealt into {found.boundary[0][1].n_folds} folds by "
            "client; each fold is judged by a course that was fitted, and whose boundary was "
            "calibrated, on all the others. Counted are ratings from the third visit on, in thirds "
            "of the intake. The interval takes clients as the cases, as ratings of one client go "
            "together."
        ),
        demands=(
            Demand(
                f"{NOMINAL:.0%} of ratings beyond the boundary, within {100 * TOLERANCE:.0f} "
                "points, overall and in each third of the intake.",
                Verdict.of(n_met, len(rows)),
                f"{n_met} of {len(rows)} shares; they run from {min(shares):.1%} to "
                f"{max(shares):.1%}.",
            ),
        ),
        reading=(
            "The shaded band is what is demanded. Below, each score's place in its forecast: were "
            "forecasts right, all bars would reach the line. A hump in the middle means forecasts "
            "that are too wide for most scores; heavy tails do that, since a few far scores "
            "widen the forecast of all. They do not move the boundary, which is calibrated by "
            "counting."
        ),
        exhibits=(
            Exhibit(_boundary_table(found), (_boundary_drawing(found),)),
            Exhibit(_places_table(found), tuple(_places_drawings(found))),
            Exhibit(_evenness_table(found)),
        ),
        not_shown=(
            "How many of those beyond the boundary are worse off in truth: everyone here is on "
            "the course that was drawn, so each is beyond it by chance.",
            "Real clients. The same function, `boundary_held`, takes any courses.",
            "A clinic's first months, while published or assumed courses stand in.",
        ),
    )


def _named(parameter: Recovered) -> str:
    return parameter.name.replace("_", " ")


def _recovered_table(studies: tuple[Recovery, ...]) -> Table:
    def cells(study: Recovery, each: Recovered) -> tuple[Any, ...]:
        share = each.coverage
        interval = (None,) * 3 if share is None else (share.value, share.lowest, share.highest)
        return (
            *(_named(each), study.cohort.name, each.truth, each.mean, each.error, each.bias),
            *(each.spread, each.said, *interval, each.n),
        )

    names = [each.name for each in studies[0].parameters]
    by_parameter = [(study.of(name), study) for name in names for study in studies]
    return Table(
        "parameters",
        "Each parameter: the truth and what the fits made of it. "
        "Bias is the mean less the truth, in standard errors of the mean.",
        (
            Column("parameter", "Parameter"),
            Column("cohort", "Cohort"),
            Column("truth", "Truth", ".2f"),
            Column("mean", "Mean estimate", ".3f"),
            Column("error_of_mean", "Its error", ".3f"),
            Column("bias_in_errors", "Bias", "+.2f"),
            Column("spread", "Spread of estimates", ".3f"),
            Column("standard_error_said", "Standard error said", ".3f"),
            Column("coverage", "95% intervals that hold it", ".1%"),
            Column("coverage_lowest", "from", ".1%"),
            Column("coverage_highest", "to", ".1%"),
            Column("n", "n fits", ",d"),
        ),
        tuple(cells(study, each) for each, study in by_parameter),
    )


def _recovered_drawing(studies: tuple[Recovery, ...]) -> str:
    names = [each.name for each in studies[0].parameters]
    rows = []
    for name in names:
        marks = []
        for place, each in enumerate(study.of(name) for study in studies):
            size = abs(each.truth)
            marks.append(Mark.around((each.mean - each.truth) / size, each.error / size, place))
        rows.append(Row(name.replace("_", " "), tuple(marks)))
    title = "How far the mean estimate is from the truth"
    return dots(
        "recovery",
        title,
        "For each parameter and cohort the mean estimate with its 95% interval, in percent of the "
        "truth, around a line at no difference. The table holds the numbers.",
        rows,
        Scale.over(rows, "difference, in percent of the truth", "+.0%", 0.0),
        line=0.0,
        series=[study.cohort.name for study in studies],
    )


def _fits_table(studies: tuple[Recovery, ...]) -> Table:
    return Table(
        "fits",
        "How the fits ended. Singular: a variance ran to zero, which counts as a fit. Not fitted: "
        "it did not converge, and is left out above.",
        (
            Column("cohort", "Cohort"),
            Column("draws", "Draws", ",d"),
            Column("singular", "Singular", ",d"),
            Column("not_fitted", "Not fitted", ",d"),
            Column("clients", "Clients each", ",d"),
            Column("visits", "Visits planned", ",d"),
            Column("therapists", "Therapists", ",d"),
        ),
        tuple(
            (
                *(study.cohort.name, study.n_draws, study.n_singular, study.n_unfitted),
                study.cohort.n_clients,
                study.cohort.n_visits,
                study.cohort.n_therapists,
            )
            for study in studies
        ),
    )


def _groups(held: BoundaryHeld) -> Iterator[tuple[str, object]]:
    yield "all", held.overall
    yield from zip(GROUPS, held.thirds, strict=bool(held.thirds))


def _ends(each: Exceeded) -> tuple[float, float]:
    reach = Z_95 * each.error
    return max(each.share.value - reach, 0.0), min(each.share.value + reach, 1.0)


def _boundary_table(found: Findings) -> Table:
    return Table(
        "exceeded",
        "Ratings beyond the boundary, of clients whom the course had not seen, with the 95% "
        "interval.",
        (
            Column("condition", "Condition"),
            Column("clients_are", "Clients"),
            Column("share", "Beyond", ".1%"),
            Column("lowest", "from", ".1%"),
            Column("highest", "to", ".1%"),
            Column("n_ratings", "n ratings", ",d"),
            Column("n_clients", "n clients", ",d"),
            Column("as_demanded", "Within 8 to 12%"),
        ),
        tuple(
            (
                *(cohort.name, group, each.share.value, *_ends(each)),
                *(each.share.n, each.n_clients, each.is_as_demanded),
            )
            for cohort, held in found.boundary
            for group, each in _groups(held)
            if isinstance(each, Exceeded)
        ),
    )


def _boundary_drawing(found: Findings) -> str:
    rows = [
        Row(
            group,
            (Mark(each.share.value, *_ends(each)),),
            heading=cohort.name if group == "all" else "",
        )
        for cohort, held in found.boundary
        for group, each in _groups(held)
        if isinstance(each, Exceeded)
    ]
    low, high = NOMINAL - TOLERANCE, NOMINAL + TOLERANCE
    return dots(
        "boundary",
        "Share of ratings beyond the boundary, by what clients began with",
        "For each condition the share overall and in each third of the intake with its 95% "
        "interval, on a band from 8 to 12% with a line at 10%. The table holds the numbers.",
        rows,
        Scale.over(rows, "ratings beyond the boundary", ".0%", low - 0.01, high + 0.01),
        band=(low, high),
        line=NOMINAL,
    )


def _histograms(found: Findings) -> list[tuple[Cohort, TransformHistogram]]:
    return [
        (cohort, held.transforms)
        for cohort, held in found.boundary
        if isinstance(held.transforms, TransformHistogram)
    ]


def _places_table(found: Findings) -> Table:
    known = _histograms(found)
    counts = [histogram.counts for _, histogram in known]
    return Table(
        "places",
        "How many ratings fell in each tenth of their forecasts (probability integral transform).",
        (
            Column("tenth", "Tenth of the forecast"),
            *(
                Column(f"n_{place}", cohort.name.capitalize(), ",d")
                for place, (cohort, _) in enumerate(known)
            ),
        ),
        tuple(
            (f"{place / 10:.1f} to {(place + 1) / 10:.1f}", *row)
            for place, row in enumerate(zip(*counts, strict=True))
        ),
    )


def _places_drawings(found: Findings) -> Iterator[str]:
    for place, (cohort, known) in enumerate(_histograms(found)):
        yield (
            f'<figcaption class="plot-name">{cohort.name.capitalize()}</figcaption>'
            + histogram(
                f"places-{place}",
                f"Where scores fell in their forecasts: {cohort.name}",
                f"A bar for each tenth of the forecast; {known.n:,} ratings. The line is where "
                "all bars would end if forecasts were right. The table holds the numbers.",
                known.counts,
            )
        )


def _evenness_table(found: Findings) -> Table:
    return Table(
        "evenness",
        "How even that is. The chance is that of counts at least as uneven, were all forecasts "
        "right.",
        (
            Column("condition", "Condition"),
            Column("chi_square", "Chi-square, 9 degrees", ".1f"),
            Column("probability", "Chance", ".4f"),
            Column("n", "n ratings", ",d"),
        ),
        tuple(
            (cohort.name, known.chi_square, known.probability, known.n)
            for cohort, known in _histograms(found)
        ),
    )
