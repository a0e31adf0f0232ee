"""When an item is shown."""

from __future__ import annotations

from decimal import Decimal

import pytest

from alongside.methods.instruments.answers import Answer, visible_items
from alongside.methods.instruments.conditions import condition_holds
from alongside.methods.instruments.questionnaire import (
    AnswerValue,
    EnableBehavior,
    EnableWhen,
    Item,
    ItemType,
    Operator,
    Option,
    OptionKind,
    Questionnaire,
)
from alongside.methods.vocabulary.translated import Translated

NUMBER = Item("q", ItemType.INTEGER)


@pytest.mark.parametrize(
    ("operator", "holds_for"),
    [
        (Operator.EQUAL, {5}),
        (Operator.NOT_EQUAL, {4, 6, None}),
        (Operator.GREATER, {6}),
        (Operator.LESS, {4}),
        (Operator.AT_LEAST, {5, 6}),
        (Operator.AT_MOST, {4, 5}),
    ],
)
def test_each_operator_compares_as_fhir_r4_says(
    operator: Operator, holds_for: set[int | None]
) -> None:
    condition = EnableWhen("q", operator, 5)
    assert {v for v in (4, 5, 6, None) if condition_holds(NUMBER, condition, v)} == holds_for


@pytest.mark.parametrize(
    ("wanted", "value", "holds"),
    [(True, 0, True), (True, None, False), (False, 0, False), (False, None, True)],
)
def test_exists_asks_whether_there_is_an_answer(
    wanted: bool, value: int | None, holds: bool
) -> None:
    assert condition_holds(NUMBER, EnableWhen("q", Operator.EXISTS, wanted), value) is holds


def test_options_written_as_numbers_are_compared_as_numbers() -> None:
    options = tuple(Option(str(n), Translated(str(n)), kind=OptionKind.INTEGER) for n in (2, 9, 10))
    question = Item("q", ItemType.CHOICE, options=options)
    assert condition_holds(question, EnableWhen("q", Operator.GREATER, 9), "10")
    assert not condition_holds(question, EnableWhen("q", Operator.GREATER, 9), "2")
    assert condition_holds(question, EnableWhen("q", Operator.EQUAL, 10), "10")


@pytest.mark.parametrize(("value", "holds"), [(Decimal("7.5"), True), (Decimal("7.49"), False)])
def test_decimals_are_compared_exactly(value: Decimal, holds: bool) -> None:
    question = Item("q", ItemType.DECIMAL)
    condition = EnableWhen("q", Operator.AT_LEAST, Decimal("7.50"))
    assert condition_holds(question, condition, value) is holds


def shown(questionnaire: Questionnaire, **values: AnswerValue) -> str:
    answers = [Answer.answered(link_id, value) for link_id, value in values.items()]
    return " ".join(item.link_id for item in visible_items(questionnaire, answers))


def asked(*items: Item) -> Questionnaire:
    return Questionnaire("", "", Translated("t"), "active", items)


def yes_to(link_id: str) -> tuple[EnableWhen, ...]:
    return (EnableWhen(link_id, Operator.EQUAL, True),)


def test_a_group_hides_all_that_is_in_it() -> None:
    inside = Item("inside", ItemType.BOOLEAN)
    group = Item("group", ItemType.GROUP, enable_when=yes_to("a"), items=(inside,))
    questionnaire = asked(Item("a", ItemType.BOOLEAN), group)
    assert shown(questionnaire) == "a"
    assert shown(questionnaire, a=False) == "a"
    assert shown(questionnaire, a=True) == "a group inside"


def test_an_answer_that_is_hidden_opens_nothing() -> None:
    questionnaire = asked(
        Item("a", ItemType.BOOLEAN),
        Item("b", ItemType.BOOLEAN, enable_when=yes_to("a")),
        Item("c", ItemType.BOOLEAN, enable_when=yes_to("b")),
        Item("d", ItemType.BOOLEAN, enable_when=(EnableWhen("b", Operator.EXISTS, False),)),
    )
    assert shown(questionnaire, a=True, b=True) == "a b c"
    assert shown(questionnaire, a=False, b=True) == "a d"


def test_a_condition_may_wait_for_a_later_question() -> None:
    questionnaire = asked(
        Item("first", ItemType.DISPLAY, enable_when=yes_to("last")),
        Item("last", ItemType.BOOLEAN),
    )
    assert shown(questionnaire) == "last"
    assert shown(questionnaire, last=True) == "first last"


@pytest.mark.parametrize(
    ("behavior", "expected"),
    [
        (EnableBehavior.ALL, ["a b", "a b", "a b c"]),
        (EnableBehavior.ANY, ["a b", "a b c", "a b c"]),
    ],
)
def test_all_conditions_must_hold_or_any(behavior: EnableBehavior, expected: list[str]) -> None:
    questionnaire = asked(
        Item("a", ItemType.BOOLEAN),
        Item("b", ItemType.BOOLEAN),
        Item(
            "c",
            ItemType.TEXT,
            enable_when=yes_to("a") + yes_to("b"),
            enable_behavior=behavior,
        ),
    )
    found = [
        shown(questionnaire),
        shown(questionnaire, a=True, b=False),
        shown(questionnaire, a=True, b=True),
    ]
    assert found == expected
