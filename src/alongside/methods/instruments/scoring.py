"""How the answers to an instrument become scores, as a value, and the one scorer.

Items, keys, missing rule, range, direction, cut-offs, reliability and norms stand in a sidecar
beside the questionnaire, so that a licensed instrument can be scored without shipping its wording.
The arithmetic is exact (fractions) until the last step, so that the order of the answers and the
way a weight was written cannot change a score.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from functools import cached_property
from math import lcm

from alongside.methods.instruments.answers import Answer
from alongside.methods.instruments.questionnaire import (
    AnswerValue,
    Item,
    ItemType,
    Questionnaire,
)
from alongside.methods.vocabulary.results import NoResult
from alongside.methods.vocabulary.translated import Translated


class InstrumentRole(StrEnum):
    """What the scores of an instrument feed."""

    ALLIANCE = "alliance"
    PROGRESS = "progress"
    OTHER = "other"


class Respondent(StrEnum):
    """Who answers."""

    CLIENT = "client"
    THERAPIST = "therapist"


class Direction(StrEnum):
    """Which way a score is good."""

    HIGHER_IS_BETTER = "higher_is_better"
    LOWER_IS_BETTER = "lower_is_better"


class Method(StrEnum):
    """How keyed answers become one number.

    `POMP` is the mean percent of the maximum possible, 0 to 100, for items of unlike ranges.
    Source: Cohen, Cohen, Aiken and West 1999, Multivariate Behavioral Research 34(3).
    """

    SUM = "sum"
    MEAN = "mean"
    POMP = "pomp"


class MissingRule(StrEnum):
    """What happens when items are unanswered: no score, or a score from those answered."""

    REFUSE = "refuse"
    PRORATE = "prorate"


class ItemRole(StrEnum):
    """What an item is for, where the clinic does more with its answer than score it."""

    RELIEF = "relief"
    RESPECT_FLAG = "respect_flag"
    RESPECT_TEXT = "respect_text"
    RESPECT_SUPERVISOR = "respect_supervisor"
    OPEN_QUESTION = "open_question"
    RETURN = "return"
    USE_DAYS = "use_days"


@dataclass(frozen=True, slots=True)
class ScaleItem:
    """One item of a scale, its key (+1, or -1 for reversed) and its own range."""

    link_id: str
    key: int
    lowest: Decimal
    highest: Decimal


@dataclass(frozen=True, slots=True)
class CutOff:
    """A score at which the meaning changes, and where that was found."""

    name: str
    value: Decimal
    title: Translated
    source: str


@dataclass(frozen=True, slots=True)
class Reliability:
    """How much of a score is not error, and how that was found.

    `is_assumed` marks a value chosen for planning that nobody has measured.
    """

    value: Decimal
    kind: str
    source: str
    is_assumed: bool = False


@dataclass(frozen=True, slots=True)
class Norms:
    """Means and standard deviations of people in treatment and of people who are well.

    Missing: a value that is not known is None. `is_assumed` as in Reliability.
    """

    source: str
    clinical_mean: Decimal | None = None
    clinical_sd: Decimal | None = None
    functional_mean: Decimal | None = None
    functional_sd: Decimal | None = None
    is_assumed: bool = False


@dataclass(frozen=True, slots=True)
class ReliableChange:
    """A published number of points that counts as more than error."""

    value: Decimal
    source: str


@dataclass(frozen=True)
class Scale:
    """One score of an instrument: its items, its arithmetic and what is known about it."""

    name: str
    title: Translated
    items: tuple[ScaleItem, ...]
    method: Method
    lowest: Decimal
    highest: Decimal
    direction: Direction
    minimum_answered: int
    missing_rule: MissingRule
    multiplier: Fraction = Fraction(1)
    is_main: bool = False
    subscale_of: str | None = None
    cut_offs: tuple[CutOff, ...] = ()
    reliability: Reliability | None = None
    norms: Norms | None = None
    reliable_change: ReliableChange | None = None

    @cached_property
    def lines(self) -> tuple[tuple[tuple[str, int, int], ...], int]:
        """What each item adds as a line in whole numbers: (linkId, start, slope), and what to
        divide by: (start + slope × answer) ÷ divisor.

        A reversed item is turned round within its own range; with POMP an item adds its percent
        of that range.
        """
        lines = [_line(item, self.method) for item in self.items]
        divisor = lcm(*(part.denominator for line in lines for part in line))
        return tuple(
            (item.link_id, int(start * divisor), int(slope * divisor))
            for item, (start, slope) in zip(self.items, lines, strict=True)
        ), divisor


@dataclass(frozen=True, slots=True)
class ItemUse:
    """What one item is about (`facet`) and what the clinic does with its answer (`role`)."""

    link_id: str
    facet: str = ""
    facet_title: Translated | None = None
    role: ItemRole | None = None


@dataclass(frozen=True, slots=True)
class WorkedExample:
    """Answers and the scores that they must give; None where there are too few answers."""

    answers: tuple[tuple[str, AnswerValue], ...]
    scores: tuple[tuple[str, Decimal | None], ...]


@dataclass(frozen=True)
class Scoring:
    """All that is known about scoring one version of one instrument."""

    instrument_url: str
    version: str
    role: InstrumentRole
    respondent: Respondent
    is_validated: bool
    label: Translated
    licence: str
    attestation_required: bool
    sources: tuple[str, ...]
    scales: tuple[Scale, ...]
    item_uses: tuple[ItemUse, ...]
    worked_examples: tuple[WorkedExample, ...]

    @cached_property
    def main_scale(self) -> Scale | None:
        """The scale that stands for the whole instrument, or none."""
        return next((scale for scale in self.scales if scale.is_main), None)

    @cached_property
    def _uses(self) -> dict[str, ItemUse]:
        return {use.link_id: use for use in self.item_uses}

    def scale(self, name: str) -> Scale | None:
        """The scale with a name, or none."""
        return next((scale for scale in self.scales if scale.name == name), None)

    def item_with_role(self, role: ItemRole | str) -> str | None:
        """The linkId of the item that has a role, or none."""
        return next((use.link_id for use in self.item_uses if use.role == role), None)

    def role_of(self, link_id: str) -> ItemRole | None:
        """The role of an item, or none."""
        use = self._uses.get(link_id)
        return use.role if use else None

    def facet_of(self, link_id: str) -> str:
        """What an item is about, or an empty text."""
        use = self._uses.get(link_id)
        return use.facet if use else ""

    def facet_title(self, facet: str) -> Translated:
        """The words for a facet, or the facet's own name."""
        titles = (use.facet_title for use in self.item_uses if use.facet == facet)
        return next((title for title in titles if title), Translated(facet))

    def items_with_facet(self, facet: str) -> tuple[str, ...]:
        """The linkIds of the items about a facet."""
        return tuple(use.link_id for use in self.item_uses if use.facet == facet)

    @cached_property
    def facets(self) -> tuple[str, ...]:
        """Every facet that an item is about, in the order of the items."""
        return tuple(dict.fromkeys(use.facet for use in self.item_uses if use.facet))


@dataclass(frozen=True, slots=True)
class Score:
    """The score of one scale, on how many answers it rests, and its range."""

    value: float
    n_answered: int
    n_items: int
    lowest: float
    highest: float


@dataclass(frozen=True, slots=True)
class TooFewAnswers(NoResult):
    """There is no score: {n} answered, {needed} needed."""

    n: int
    needed: int


Scores = Mapping[str, Score | TooFewAnswers]
"""The score of each scale, by the name of the scale."""


def score_answers(
    questionnaire: Questionnaire, scoring: Scoring, answers: Iterable[Answer]
) -> Scores:
    """The score of every scale, or why there is none.

    Missing: skipped, declined and not shown items are unanswered; the scale's rule decides.
    Assumes: `check_scoring` has accepted the pair, and the answers are complete.
    """
    given = {answer.link_id: answer.value for answer in answers if answer.value is not None}
    numbers = {
        link_id: number
        for link_id, value in given.items()
        if (number := item_value(questionnaire.item(link_id), value)) is not None
    }
    return {scale.name: _score(scale, numbers) for scale in scoring.scales}


def item_value(item: Item, value: AnswerValue) -> int | Fraction | None:
    """What an answer counts: a number itself, a choice its weight, yes 1 and no 0.

    Missing: text, and a choice without a weight, count nothing and give None.
    """
    counts: AnswerValue | None = None
    if item.type is ItemType.CHOICE:
        option = item.option(str(value))
        counts = option.counts if option else None
    elif item.type in (ItemType.INTEGER, ItemType.DECIMAL, ItemType.BOOLEAN):
        counts = value
    if counts is None or isinstance(counts, str):
        return None
    return Fraction(counts) if isinstance(counts, Decimal) else int(counts)


def _score(scale: Scale, numbers: Mapping[str, int | Fraction]) -> Score | TooFewAnswers:
    lines, divisor = scale.lines
    parts = [
        start + slope * numbers[link_id] for link_id, start, slope in lines if link_id in numbers
    ]
    n, n_items = len(parts), len(lines)
    needed = max(1, n_items if scale.missing_rule is MissingRule.REFUSE else scale.minimum_answered)
    if n < needed:
        return TooFewAnswers(n=n, needed=needed)
    value = Fraction(sum(parts), divisor * n) * scale.multiplier
    if scale.method is Method.SUM:
        value *= n_items
    return Score(
        value=float(value),
        n_answered=n,
        n_items=n_items,
        lowest=float(scale.lowest),
        highest=float(scale.highest),
    )


def _line(item: ScaleItem, method: Method) -> tuple[Fraction, Fraction]:
    """Start and slope of what an item adds."""
    lowest, highest = Fraction(item.lowest), Fraction(item.highest)
    start, slope = Fraction(0), Fraction(1)
    if item.key < 0:
        start, slope = lowest + highest, Fraction(-1)
    if method is Method.POMP:
        percent = 100 / (highest - lowest)
        start, slope = (start - lowest) * percent, slope * percent
    return start, slope
