"""Whether a scoring fits its questionnaire, checked before either is used.

A scale that names an item nobody asks, or a range that the options do not have, gives wrong scores
that look right. So the pair is checked as a whole, down to an example worked by hand.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from alongside.methods.instruments.answers import Answer, check_value, read_answer
from alongside.methods.instruments.errors import InvalidAnswer, InvalidScoring
from alongside.methods.instruments.questionnaire import Item, ItemType, Questionnaire
from alongside.methods.instruments.scoring import (
    InstrumentRole,
    ItemRole,
    Method,
    MissingRule,
    Scale,
    Score,
    Scoring,
    WorkedExample,
    score_answers,
)

_NUMBERS = (ItemType.INTEGER, ItemType.DECIMAL)
_TEXTS = (ItemType.STRING, ItemType.TEXT)
_TYPES_OF_ROLE: dict[ItemRole, tuple[ItemType, ...]] = {
    ItemRole.RELIEF: _NUMBERS,
    ItemRole.RESPECT_FLAG: (ItemType.BOOLEAN,),
    ItemRole.RESPECT_TEXT: _TEXTS,
    ItemRole.RESPECT_SUPERVISOR: (ItemType.BOOLEAN,),
    ItemRole.OPEN_QUESTION: _TEXTS,
    ItemRole.RETURN: _NUMBERS,
    ItemRole.USE_DAYS: _NUMBERS,
}


def check_scoring(questionnaire: Questionnaire, scoring: Scoring) -> None:
    """Nothing, when the scoring fits the questionnaire and its examples come out.

    Raises: InvalidScoring.
    """
    if (scoring.instrument_url, scoring.version) != (questionnaire.url, questionnaire.version):
        raise _refusal(
            "instrument",
            f'it is for "{scoring.instrument_url}" version "{scoring.version}", and the '
            f'questionnaire is "{questionnaire.url}" version "{questionnaire.version}"',
        )
    _check_names(scoring)
    for scale in scoring.scales:
        _check_items(questionnaire, scale)
        _check_arithmetic(scale)
    _check_subscales(scoring)
    _check_uses(questionnaire, scoring)
    for n, example in enumerate(scoring.worked_examples):
        _check_example(questionnaire, scoring, example, f"worked_examples[{n}]")


def needs_attestation(questionnaire: Questionnaire, scoring: Scoring) -> bool:
    """Whether somebody must state that the site may use the instrument.

    Somebody's copyright is enough, whatever the sidecar says.
    """
    return scoring.attestation_required or bool(questionnaire.copyright)


def _refusal(path: str, problem: str) -> InvalidScoring:
    return InvalidScoring(path=path, problem=problem)


def _check_names(scoring: Scoring) -> None:
    names = [scale.name for scale in scoring.scales]
    if twice := _first_twice(names):
        raise _refusal("scales", f'the name "{twice}" stands twice')
    n_main = sum(scale.is_main for scale in scoring.scales)
    if n_main > 1 or (n_main == 0 and scoring.role is not InstrumentRole.OTHER):
        raise _refusal("scales", f"{n_main} scales are is_main, and exactly one must be")


def _check_items(questionnaire: Questionnaire, scale: Scale) -> None:
    path = f'scale "{scale.name}"'
    if twice := _first_twice(item.link_id for item in scale.items):
        raise _refusal(path, f'the item "{twice}" stands twice')
    questions = {question.link_id: question for question in questionnaire.questions}
    for scored in scale.items:
        question = questions.get(scored.link_id)
        if question is None:
            raise _refusal(path, f'the questionnaire has no question "{scored.link_id}"')
        found = _range_of(question, path)
        if found != (scored.lowest, scored.highest):
            raise _refusal(
                path,
                f'"{scored.link_id}" is said to go from {scored.lowest} to {scored.highest}, and '
                f"its answers go from {found[0]} to {found[1]}",
            )


def _range_of(question: Item, path: str) -> tuple[Decimal, Decimal]:
    """The least and the most that an answer can count."""
    name = f'"{question.link_id}"'
    if question.type is ItemType.BOOLEAN:
        return Decimal(0), Decimal(1)
    if question.type is ItemType.CHOICE:
        weights = [option.counts for option in question.options]
        for option, weight in zip(question.options, weights, strict=True):
            if weight is None:
                raise _refusal(path, f'the option "{option.code}" of {name} has no weight')
        known = [weight for weight in weights if weight is not None]
        return min(known), max(known)
    if question.type in _TEXTS:
        raise _refusal(path, f"{name} is answered with text, which cannot be scored")
    if question.lowest is None or question.highest is None:
        raise _refusal(path, f"{name} needs minValue and maxValue to be scored")
    return Decimal(question.lowest), Decimal(question.highest)


def _check_arithmetic(scale: Scale) -> None:
    path = f'scale "{scale.name}"'
    n_items = len(scale.items)
    if not 1 <= scale.minimum_answered <= n_items:
        raise _refusal(path, f"minimum_answered must lie between 1 and {n_items}")
    if scale.missing_rule is MissingRule.REFUSE and scale.minimum_answered != n_items:
        raise _refusal(path, f"with refuse, minimum_answered must be {n_items}, all items")
    ranges = {(item.lowest, item.highest) for item in scale.items}
    prorated = scale.missing_rule is MissingRule.PRORATE and scale.method is not Method.POMP
    if prorated and scale.minimum_answered < n_items and len(ranges) > 1:
        raise _refusal(path, "items of unlike ranges cannot be prorated by sum or mean: use pomp")
    if scale.multiplier <= 0:
        raise _refusal(path, "multiplier must be above 0")
    lowest, highest = _attainable(scale)
    if (lowest, highest) != (float(scale.lowest), float(scale.highest)):
        raise _refusal(
            path,
            f"it is said to go from {scale.lowest} to {scale.highest}, and its items give "
            f"{lowest:g} to {highest:g}",
        )
    for cut_off in scale.cut_offs:
        if not scale.lowest <= cut_off.value <= scale.highest:
            raise _refusal(path, f'the cut-off "{cut_off.name}" lies outside the scale')


def _attainable(scale: Scale) -> tuple[float, float]:
    if scale.method is Method.POMP:
        return 0.0, float(100 * scale.multiplier)
    n = len(scale.items) if scale.method is Method.MEAN else 1
    lowest = sum((item.lowest for item in scale.items), Decimal(0))
    highest = sum((item.highest for item in scale.items), Decimal(0))
    return float(Fraction(lowest) * scale.multiplier / n), float(
        Fraction(highest) * scale.multiplier / n
    )


def _check_subscales(scoring: Scoring) -> None:
    wholes = [scale.subscale_of for scale in scoring.scales if scale.subscale_of is not None]
    found = {whole: scoring.scale(whole) for whole in wholes}
    for whole, scale in found.items():
        if scale is None or scale.subscale_of is not None:
            raise _refusal("scales", f'there is no whole scale "{whole}" to be a subscale of')
    for whole, scale in found.items():
        parts = [
            item.link_id
            for part in scoring.scales
            if part.subscale_of == whole
            for item in part.items
        ]
        if twice := _first_twice(parts):
            raise _refusal(f'scale "{whole}"', f'"{twice}" stands in two of its subscales')
        if scale is not None and set(parts) != {item.link_id for item in scale.items}:
            raise _refusal(f'scale "{whole}"', "its subscales do not have the same items as it")


def _check_uses(questionnaire: Questionnaire, scoring: Scoring) -> None:
    if twice := _first_twice(use.link_id for use in scoring.item_uses):
        raise _refusal("items", f'"{twice}" stands twice')
    if twice := _first_twice(use.role for use in scoring.item_uses if use.role):
        raise _refusal("items", f'two items have the role "{twice}"')
    questions = {question.link_id: question for question in questionnaire.questions}
    for use in scoring.item_uses:
        question = questions.get(use.link_id)
        if question is None:
            raise _refusal("items", f'the questionnaire has no question "{use.link_id}"')
        if use.role is not None and question.type not in _TYPES_OF_ROLE[use.role]:
            allowed = " or ".join(_TYPES_OF_ROLE[use.role])
            raise _refusal("items", f'"{use.link_id}" as {use.role} must be a {allowed}')


def _check_example(
    questionnaire: Questionnaire, scoring: Scoring, example: WorkedExample, path: str
) -> None:
    answers = []
    for link_id, raw in example.answers:
        try:
            question = questionnaire.question(link_id)
            value = read_answer(question, raw)
            check_value(question, value)
        except InvalidAnswer as error:
            raise _refusal(path, str(error)) from None
        answers.append(Answer.answered(link_id, value))
    expected = dict(example.scores)
    scores = score_answers(questionnaire, scoring, answers)
    if set(expected) != set(scores):
        raise _refusal(path, f"scores must name every scale: {', '.join(scores)}")
    for name, score in scores.items():
        if not _agrees(score.value if isinstance(score, Score) else None, expected[name]):
            raise _refusal(path, f'"{name}" comes out as {score}, and {expected[name]} is said')


def _agrees(found: float | None, said: Decimal | None) -> bool:
    """Whether a score is the one said, to as many places as it is said with."""
    if found is None or said is None:
        return found is None and said is None
    places = Decimal(1).scaleb(min(0, int(said.as_tuple().exponent)))
    return Decimal(repr(found)).quantize(places, ROUND_HALF_UP) == said


def _first_twice(names: Iterable[str]) -> str:
    seen: set[str] = set()
    for name in names:
        if name in seen:
            return name
        seen.add(name)
    return ""
