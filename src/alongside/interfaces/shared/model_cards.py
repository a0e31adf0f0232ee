"""How signs are worked out: a card each that staff and clients can read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Final
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext, gettext_lazy

from alongside.clinic.access.small_numbers import rounded
from alongside.clinic.alliance.model_card import StrainCard, strain_cards
from alongside.clinic.engagement.model_card import HazardCard, Weight
from alongside.clinic.engagement.queries import hazard_card
from alongside.clinic.progress.model_card import Beyond, CourseCard, Held, course_cards
from alongside.clinic.progress.outlook import CourseBasis
from alongside.interfaces.shared.charts.value_axis import figure
from alongside.interfaces.shared.clinic_time import in_clinic_time
from alongside.interfaces.shared.component import Words
from alongside.interfaces.shared.components.disclosure import Disclosure
from alongside.interfaces.shared.components.summary_list import SummaryList, SummaryRow
from alongside.interfaces.shared.components.table import Column, ColumnKind, Row, Table
from alongside.interfaces.shared.dates import long_date
from alongside.interfaces.shared.declared import Nobody, about
from alongside.interfaces.shared.doors import signed_in
from alongside.interfaces.shared.entrance.pages import frame_for
from alongside.interfaces.shared.middleware import viewer_of
from alongside.interfaces.shared.sentences import told

LANGUAGES: Final[dict[str, Words]] = {
    "en": gettext_lazy("People who read English"),
    "es": gettext_lazy("People who read Spanish"),
}


@dataclass(frozen=True)
class Card:
    """One kind of sign: what it says, what it rests on, how often it is wrong, its formula."""

    anchor: str
    title: str
    tells: str
    facts: SummaryList
    held: Table | None
    formula: Disclosure
    weights: Disclosure | None = None


@dataclass(frozen=True)
class CardsPage:
    """All cards."""

    frame: str
    cards: tuple[Card, ...]


@about(Nobody.PUBLIC)
@signed_in
@in_clinic_time
def model_cards(request: HttpRequest) -> HttpResponse:
    """How signs are worked out."""
    zone = ZoneInfo(timezone.get_current_timezone_name())
    is_staff = viewer_of(request).own_client is None
    page = CardsPage(frame_for(is_staff=is_staff), tuple(_cards(zone)))
    return render(request, "shared/model_cards.html", {"page": page})


def _cards(zone: tzinfo) -> Iterator[Card]:
    for number, strain in enumerate(strain_cards(), start=1):
        yield _of_strain(strain, number, zone)
    for number, course in enumerate(course_cards(), start=1):
        yield _of_course(course, number, zone)
    yield _of_hazard(hazard_card(), zone)


def _of_strain(card: StrainCard, number: int, zone: tzinfo) -> Card:
    rests = (
        gettext("At first on the ratings of about {n} people here, and more and more on your own.")
        if card.n_clients
        else gettext(
            "At first on a guess, since few people here have rated yet, and more and more on your "
            "own ratings."
        )
    )
    return Card(
        anchor=f"strain-{number}",
        title=gettext("Lower than usual: {name}").format(name=told(card.title)),
        tells=gettext(
            "A visit felt worse to someone than their visits usually do. Each person is their own "
            "measure, so a low number that is usual for you says nothing."
        ),
        facts=SummaryList(
            (
                SummaryRow(gettext("Rests on"), rests.format(n=card.n_clients)),
                SummaryRow(gettext("Pointed out"), _pointed_out(card)),
                SummaryRow(gettext("How often it is wrong"), tuple(_strain_errors(card))),
                SummaryRow(gettext("Last learned"), _learned(card.learned_at, zone)),
                SummaryRow(
                    gettext("Not for"),
                    gettext(
                        "Judging a therapist or a client. It is a reason to ask, and the answer is "
                        "yours."
                    ),
                ),
            )
        ),
        held=None,
        formula=Disclosure(
            gettext("The formula"),
            (
                gettext(
                    "Rating t of a person: y(t) = μ + φ (y(t−1) − μ) + ε, with ε normal with a "
                    "spread σ of that person. φ is {memory} here."
                ).format(memory=f"{card.memory:.2f}"),
                gettext(
                    "μ and σ of a person are learned from rating to rating (a normal-inverse-gamma "
                    "belief that begins with what is usual here). How far a rating lies below its "
                    "forecast is told as a chance, of the visit alone and together with those "
                    "just before it."
                ),
                gettext(
                    "Source: a design of this project after control charts for alliances "
                    "(Eubanks-Carter, Gorman and Muran 2012; Lipner, Muran and Eubanks 2022)."
                ),
            ),
        ),
    )


def _pointed_out(card: StrainCard) -> str:
    words = (
        gettext(
            "From visit {first} on, where less than 1 in {one_in} visits would look like that by "
            "chance."
        )
        if card.one_in_here is None
        else gettext(
            "From visit {first} on, about 1 visit in {one_in_here} here, the rarest first."
        )
    )
    return words.format(first=card.fewest_ratings, one_in=card.one_in, one_in_here=card.one_in_here)


def _strain_errors(card: StrainCard) -> Iterator[str]:
    """By the model or as counted here, and what came of it; of few people nothing is told."""
    if card.one_in_here is None:
        yield gettext(
            "By chance alone about 1 visit in {one_in} is pointed out that was as usual, and more "
            "where most ratings are at the top of the scale."
        ).format(one_in=card.one_in)
    else:
        yield gettext("How many of them were as usual, nobody can tell.")
    yield gettext("Strains that no number shows are missed.")
    if card.counted is not None:
        words = (
            gettext(
                "So far about {found} of about {n} visits were pointed out, true strains among "
                "them."
            )
            if card.counted.n_strains
            else gettext("So far hardly any of about {n} visits was pointed out.")
        )
        yield words.format(n=card.counted.n_judged, found=card.counted.n_strains)


BASES: Final[dict[CourseBasis, Words]] = {
    CourseBasis.ASSUMED: gettext_lazy(
        "A guess from what is known of the questions alone: no change but that of chance. It takes "
        "more than 50 people with checks to learn from here."
    ),
    CourseBasis.MIXED: gettext_lazy(
        "The checks of about {n} people here, mixed with a guess until there are 200."
    ),
    CourseBasis.OWN: gettext_lazy("The checks of about {n} people here."),
}


def _of_course(card: CourseCard, number: int, zone: tzinfo) -> Card:
    example = card.example
    return Card(
        anchor=f"course-{number}",
        title=gettext("The expected course: {name}").format(name=told(card.title)),
        tells=gettext(
            "How the score changes, week by week, for people who began with the same one. A score "
            "that is worse than what 9 of 10 of them come to is pointed out to the therapist, from "
            "the third week on."
        ),
        facts=SummaryList(
            (
                SummaryRow(gettext("Rests on"), str(BASES[card.basis]).format(n=card.n_clients)),
                SummaryRow(
                    gettext("For example"),
                    gettext(
                        "Of people who began at {intake}, most are expected between {low} and "
                        "{high} in week {week}."
                    ).format(
                        intake=figure(example.intake),
                        low=figure(example.low),
                        high=figure(example.high),
                        week=example.week,
                    ),
                ),
                SummaryRow(gettext("How often it is wrong"), _held_words(card.held)),
                SummaryRow(gettext("Last learned"), _learned(card.learned_at, zone)),
                SummaryRow(
                    gettext("Not for"),
                    gettext(
                        "Ending care, or judging a therapist or a client. It cannot say why: a "
                        "loss, pain or a new medicine can be behind a hard week."
                    ),
                ),
            )
        ),
        held=_held_table(card.held) if card.held else None,
        formula=Disclosure(
            gettext("The formula"),
            (
                gettext(
                    "Score j weeks in: y = β₀ + β₁ ln j + β₂ x + β₃ x ln j + u₀ + u₁ ln j + w + e, "
                    "with x the first score, u₀ and u₁ of the person, w of the therapist and e of "
                    "the single check."
                ),
                gettext(
                    "Fitted by restricted maximum likelihood once a month. The edge is where 1 "
                    "score in 10 lies beyond it, in thirds by the first score. The forecast uses "
                    "every check so far; the edge uses the first alone, so that a slow decline "
                    "cannot move it."
                ),
                gettext("Source: Finch, Lambert and Schaalje 2001."),
            ),
        ),
    )


def _held_words(held: Held | None) -> str:
    if held is None:
        return gettext(
            "Nobody can tell yet. It is counted from 50 people with checks on, for people whom "
            "the course has not seen."
        )
    return gettext(
        "Of 100 checks of people whom the course had not seen, {percent} lay beyond its edge. "
        "It should be 10."
    ).format(percent=figure(held.overall.percent))


def _held_table(held: Held) -> Table:
    thirds = (
        gettext("Began with a low score"),
        gettext("Began in the middle"),
        gettext("Began with a high score"),
    )
    rows = (
        (gettext("Everybody"), held.overall),
        *zip(thirds, held.thirds, strict=False),
        *((str(LANGUAGES.get(name, name)), each) for name, each in held.languages.items()),
    )
    return Table(
        caption=gettext("Checks beyond the edge, of 100. It should be 10."),
        columns=(
            Column(gettext("People")),
            Column(gettext("Of 100"), ColumnKind.NUMBER),
            Column(gettext("Likely between")),
            Column(gettext("Checks"), ColumnKind.NUMBER),
        ),
        rows=tuple(Row((name, *_cells(beyond))) for name, beyond in rows),
    )


def _cells(beyond: Beyond | None) -> tuple[str, str, str]:
    if beyond is None:
        return gettext("too few to tell"), "–", "–"
    between = gettext("{low} and {high}").format(
        low=figure(beyond.lowest), high=figure(beyond.highest)
    )
    return figure(beyond.percent), between, figure(beyond.n_checks)


def _of_hazard(card: HazardCard, zone: tzinfo) -> Card:
    return Card(
        anchor="hazard",
        title=gettext("Staying away"),
        tells=card.formula[0],
        facts=SummaryList(
            (
                SummaryRow(gettext("Made from"), card.data),
                SummaryRow(gettext("Rests on"), _hazard_rests_on(card)),
                SummaryRow(gettext("How often it is wrong"), _hazard_errors(card)),
                SummaryRow(gettext("Last learned"), _learned(card.learned_at, zone)),
                SummaryRow(gettext("Not for"), card.is_not),
            )
        ),
        held=_said_and_seen(card) if card.curve else None,
        formula=Disclosure(gettext("The formula"), card.formula[1:]),
        weights=(
            Disclosure(gettext("What weighs how much"), tuple(map(_weight_words, card.weights)))
            if card.weights
            else None
        ),
    )


def _hazard_rests_on(card: HazardCard) -> tuple[str, ...]:
    published = gettext(
        "Published studies: of 100 people who missed no visit, {none} had no visit in the next "
        "four weeks; of 100 who missed the last one {one}; of 100 who missed two in a row {two}."
    ).format(
        **dict(
            zip(
                ("none", "one", "two"),
                (figure(100 * each.share) for each in card.published),
                strict=True,
            )
        )
    )
    if card.n_people is None or card.n_landmarks is None:
        return (published, card.no_model) if card.no_model else (published,)
    own = gettext(
        "About {n} people of this clinic and {visits} visits of theirs. They count for {percent} "
        "in 100, the studies for the rest."
    ).format(
        n=rounded(card.n_people),
        visits=rounded(card.n_landmarks),
        percent=round(100 * card.own_share),
    )
    return published, own


def _hazard_errors(card: HazardCard) -> str:
    if card.brier is None or card.brier_of_published is None:
        return gettext("Nobody can tell yet for this clinic. The studies are from other places.")
    words = gettext(
        "For people whom it had not seen: a mean squared error (Brier) of {own}; {published} with "
        "the studies alone. 0 would be perfect."
    ).format(own=f"{card.brier:.3f}", published=f"{card.brier_of_published:.3f}")
    if card.area is None:
        return words
    value, low, high = (f"{each:.2f}" for each in card.area)
    return f"{words} " + gettext(
        "Of two people, one who will stay away and one who will come, it gives the first the "
        "higher chance {value} of the time (likely {low} to {high}; a coin would .50)."
    ).format(value=value, low=low, high=high)


def _said_and_seen(card: HazardCard) -> Table:
    return Table(
        caption=gettext("Of 100 people: what was said, and what came"),
        columns=(
            Column(gettext("Said")),
            Column(gettext("Came true"), ColumnKind.NUMBER),
            Column(gettext("Likely between")),
            Column(gettext("Visits"), ColumnKind.NUMBER),
        ),
        rows=tuple(
            Row(
                (
                    figure(100 * each.said),
                    figure(100 * each.seen),
                    gettext("{low} and {high}").format(
                        low=figure(100 * each.lowest), high=figure(100 * each.highest)
                    ),
                    figure(rounded(each.n)),
                )
            )
            for each in card.curve
        ),
    )


def _weight_words(weight: Weight) -> str:
    label = gettext("{label}, not known") if weight.is_unknown else "{label}"
    return f"{label.format(label=weight.label)}: × {weight.odds_ratio:.2f} " + gettext(
        "(likely {low} to {high})"
    ).format(low=f"{weight.lowest:.2f}", high=f"{weight.highest:.2f}")


def _learned(at: datetime | None, zone: tzinfo) -> str:
    return long_date(at, zone) if at else gettext("not yet")
