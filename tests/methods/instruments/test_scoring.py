"""From answers to scores: examples by hand, and what must hold for any scale."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alongside.methods.instruments.answers import Answer, complete_answers
from alongside.methods.instruments.questionnaire import (
    AnswerValue,
    Item,
    ItemType,
    Option,
    OptionKind,
    Questionnaire,
)
from alongside.methods.instruments.scoring import (
    Direction,
    InstrumentRole,
    Method,
    MissingRule,
    Respondent,
    Scale,
    ScaleItem,
    Score,
    Scoring,
    TooFewAnswers,
    item_value,
    score_answers,
)
from alongside.methods.vocabulary.translated import Translated

few = settings(max_examples=150, deadline=None)


def scale_of(*items: ScaleItem, **more: object) -> Scale:
    fields = {
        "name": "total",
        "title": Translated("Total"),
        "items": items,
        "method": Method.SUM,
        "lowest": Decimal(0),
        "highest": Decimal(100),
        "direction": Direction.HIGHER_IS_BETTER,
        "minimum_answered": 1,
        "missing_rule": MissingRule.PRORATE,
        "is_main": True,
    }
    return Scale(**{**fields, **more})  # type: ignore[arg-type]


def score(
    questionnaire: Questionnaire, scale: Scale, values: dict[str, AnswerValue]
) -> Score | TooFewAnswers:
    scoring = Scoring(
        instrument_url="",
        version="",
        role=InstrumentRole.OTHER,
        respondent=Respondent.CLIENT,
        is_validated=False,
        label=Translated("Not yet validated"),
        licence="",
        attestation_required=False,
        sources=(),
        scales=(scale,),
        item_uses=(),
        worked_examples=(),
    )
    answers = [Answer.answered(link_id, value) for link_id, value in values.items()]
    return score_answers(questionnaire, scoring, answers)[scale.name]


def numbers(n_items: int, lowest: int = 0, highest: int = 10) -> Questionnaire:
    items = tuple(
        Item(f"q{n}", ItemType.INTEGER, Translated("?"), lowest=lowest, highest=highest)
        for n in range(n_items)
    )
    return Questionnaire("", "", Translated("t"), "active", items)


def items(n_items: int, *keys: int, lowest: int = 0, highest: int = 10) -> list[ScaleItem]:
    keys = keys or (1,) * n_items
    return [
        ScaleItem(f"q{n}", key, Decimal(lowest), Decimal(highest)) for n, key in enumerate(keys)
    ]


def test_a_sum_a_mean_and_a_percent_of_the_range() -> None:
    questionnaire, answers = numbers(3, 1, 5), {"q0": 1, "q1": 5, "q2": 3}
    parts = items(3, 1, -1, 1, lowest=1, highest=5)
    found = [
        score(questionnaire, scale_of(*parts, method=method), answers).value  # type: ignore[union-attr]
        for method in Method
    ]
    # 1 + (6 - 5) + 3 = 5; a third of it; and (0 + 0 + 2/4) of 3
    assert found == [5.0, pytest.approx(5 / 3), pytest.approx(100 / 6)]


def test_the_multiplier_may_be_a_fraction() -> None:
    scale = scale_of(*items(1), method=Method.MEAN, multiplier=Fraction(10, 7))
    assert score(numbers(1), scale, {"q0": 7}) == Score(10.0, 1, 1, 0.0, 100.0)


def test_items_of_unlike_ranges_weigh_the_same_in_percent() -> None:
    questionnaire = Questionnaire(
        "",
        "",
        Translated("t"),
        "active",
        (
            Item("q0", ItemType.INTEGER, lowest=0, highest=7),
            Item("q1", ItemType.INTEGER, lowest=0, highest=10),
        ),
    )
    parts = (
        ScaleItem("q0", -1, Decimal(0), Decimal(7)),
        ScaleItem("q1", 1, Decimal(0), Decimal(10)),
    )
    scale = scale_of(*parts, method=Method.POMP)
    assert score(questionnaire, scale, {"q0": 7, "q1": 10}).value == 50.0  # type: ignore[union-attr]
    assert score(questionnaire, scale, {"q0": 0, "q1": 0}).value == 50.0  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("rule", "minimum", "n_given", "expected"),
    [
        (MissingRule.REFUSE, 5, 4, TooFewAnswers(n=4, needed=5)),
        (MissingRule.REFUSE, 1, 4, TooFewAnswers(n=4, needed=5)),
        (MissingRule.PRORATE, 4, 3, TooFewAnswers(n=3, needed=4)),
        (MissingRule.PRORATE, 4, 4, Score(40.0, 4, 5, 0.0, 100.0)),
        (MissingRule.PRORATE, 1, 0, TooFewAnswers(n=0, needed=1)),
    ],
)
def test_too_few_answers_are_an_answer_with_a_sentence(
    rule: MissingRule, minimum: int, n_given: int, expected: Score | TooFewAnswers
) -> None:
    scale = scale_of(*items(5), missing_rule=rule, minimum_answered=minimum)
    assert score(numbers(5), scale, {f"q{n}": 8 for n in range(n_given)}) == expected


def test_the_sentence_says_how_many_are_needed() -> None:
    assert str(TooFewAnswers(n=3, needed=4)) == "There is no score: 3 answered, 4 needed."


def test_skipped_declined_and_hidden_answers_do_not_count() -> None:
    questionnaire = numbers(3)
    scale = scale_of(*items(3), method=Method.MEAN)
    completed = complete_answers(
        questionnaire, [Answer.answered("q0", 6), Answer.declined("q1"), Answer.skipped("q2")]
    )
    kept = {a.link_id: a.value for a in completed if a.value is not None}
    assert score(questionnaire, scale, kept) == Score(6.0, 1, 3, 0.0, 100.0)


@pytest.mark.parametrize(
    ("item", "value", "counts"),
    [
        (Item("q", ItemType.BOOLEAN), True, 1),
        (Item("q", ItemType.BOOLEAN), False, 0),
        (Item("q", ItemType.DECIMAL), Decimal("0.1"), Fraction(1, 10)),
        (Item("q", ItemType.TEXT), "5", None),
        (
            Item("q", ItemType.CHOICE, options=(Option("a", Translated("A"), Decimal("1.5")),)),
            "a",
            Fraction(3, 2),
        ),
        (Item("q", ItemType.CHOICE, options=(Option("a", Translated("A")),)), "a", None),
        (
            Item(
                "q",
                ItemType.CHOICE,
                options=(Option("3", Translated("3"), kind=OptionKind.INTEGER),),
            ),
            "3",
            3,
        ),
    ],
)
def test_what_an_answer_counts(item: Item, value: AnswerValue, counts: object) -> None:
    assert item_value(item, value) == counts


answers_to = st.lists(st.integers(0, 10), min_size=1, max_size=8)
methods = st.sampled_from(Method)


@few
@given(st.data(), answers_to, methods)
def test_the_order_of_answers_and_items_changes_nothing(
    data: st.DataObject, given_values: list[int], method: Method
) -> None:
    n = len(given_values)
    keys = data.draw(st.lists(st.sampled_from((1, -1)), min_size=n, max_size=n))
    parts = items(n, *keys)
    values = {f"q{i}": value for i, value in enumerate(given_values)}
    expected = score(numbers(n), scale_of(*parts, method=method), values)
    turned = dict(data.draw(st.permutations(list(values.items()))))
    shuffled = scale_of(*data.draw(st.permutations(parts)), method=method)
    assert score(numbers(n), shuffled, turned) == expected


@few
@given(answers_to, methods, st.integers(-5, 0))
def test_reversing_every_item_turns_the_score_round_in_its_range(
    given_values: list[int], method: Method, lowest: int
) -> None:
    n = len(given_values)
    values = {f"q{i}": value for i, value in enumerate(given_values)}
    questionnaire = numbers(n, lowest, 10)
    forward, backward = (
        score(
            questionnaire,
            scale_of(*items(n, *(key,) * n, lowest=lowest), method=method),
            values,
        )
        for key in (1, -1)
    )
    ends = {Method.SUM: n * (lowest + 10), Method.MEAN: lowest + 10, Method.POMP: 100}
    assert isinstance(forward, Score)
    assert isinstance(backward, Score)
    assert forward.value + backward.value == pytest.approx(ends[method], abs=1e-9)


@few
@given(answers_to, st.data())
def test_prorating_fills_in_the_mean_of_what_was_answered(
    given_values: list[int], data: st.DataObject
) -> None:
    n = len(given_values)
    kept = data.draw(st.lists(st.integers(0, n - 1), min_size=1, max_size=n, unique=True))
    values = {f"q{i}": given_values[i] for i in kept}
    found = score(numbers(n), scale_of(*items(n)), values)
    assert isinstance(found, Score)
    mean = Fraction(sum(values.values()), len(values))
    assert found.value == float(sum(values.values()) + (n - len(values)) * mean)
    assert found.n_answered == len(values)
    mean_score = score(numbers(n), scale_of(*items(n), method=Method.MEAN), values)
    assert isinstance(mean_score, Score)
    assert mean_score.value == float(mean)


@few
@given(st.data(), answers_to, methods)
def test_a_better_answer_never_lowers_the_score_and_the_range_holds(
    data: st.DataObject, given_values: list[int], method: Method
) -> None:
    n = len(given_values)
    scale = scale_of(*items(n), method=method)
    values = {f"q{i}": value for i, value in enumerate(given_values)}
    raised = data.draw(st.integers(0, n - 1))
    more = {**values, f"q{raised}": min(10, values[f"q{raised}"] + 1)}
    before, after = (score(numbers(n), scale, each) for each in (values, more))
    assert isinstance(before, Score)
    assert isinstance(after, Score)
    assert before.value <= after.value
    highest = {Method.SUM: 10 * n, Method.MEAN: 10, Method.POMP: 100}[method]
    assert 0 <= before.value <= highest


def test_arithmetic_is_exact_until_the_end() -> None:
    questionnaire = Questionnaire(
        "",
        "",
        Translated("t"),
        "active",
        tuple(Item(f"q{n}", ItemType.DECIMAL) for n in range(10)),
    )
    scale = scale_of(*items(10))
    tenth = {f"q{n}": Decimal("0.1") for n in range(10)}
    assert score(questionnaire, scale, tenth).value == 1.0  # type: ignore[union-attr]


def test_a_scale_is_a_value() -> None:
    scale = scale_of(*items(2))
    assert scale.lines == replace(scale).lines
    assert scale == replace(scale)
    assert hash(scale) == hash(replace(scale))
