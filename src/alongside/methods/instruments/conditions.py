"""Which items are shown, given the answers so far.

An item is shown when the group around it is shown and its own conditions hold. A question that is
not shown counts as not answered, so that an answer given before and then hidden opens nothing.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from alongside.methods.instruments.questionnaire import (
    AnswerValue,
    EnableBehavior,
    EnableWhen,
    Item,
    ItemType,
    Operator,
    OptionKind,
    Questionnaire,
)

_COMPARISONS: dict[Operator, Callable[[Any, Any], bool]] = {
    Operator.EQUAL: operator.eq,
    Operator.NOT_EQUAL: operator.ne,
    Operator.GREATER: operator.gt,
    Operator.LESS: operator.lt,
    Operator.AT_LEAST: operator.ge,
    Operator.AT_MOST: operator.le,
}


def shown_link_ids(
    questionnaire: Questionnaire, values: Mapping[str, AnswerValue]
) -> frozenset[str]:
    """The linkIds of the items to show, given the value of each answered question."""
    shown: set[str] = set()
    for item in questionnaire.order_of_conditions:
        around = questionnaire.parents.get(item.link_id)
        if around is not None and around not in shown:
            continue
        if _is_enabled(questionnaire, item, values, shown):
            shown.add(item.link_id)
    return frozenset(shown)


def _is_enabled(
    questionnaire: Questionnaire,
    item: Item,
    values: Mapping[str, AnswerValue],
    shown: set[str],
) -> bool:
    if not item.enable_when:
        return True
    holds = (
        condition_holds(
            questionnaire.item(condition.question),
            condition,
            values.get(condition.question) if condition.question in shown else None,
        )
        for condition in item.enable_when
    )
    return any(holds) if item.enable_behavior is EnableBehavior.ANY else all(holds)


def condition_holds(question: Item, condition: EnableWhen, value: AnswerValue | None) -> bool:
    """Whether a condition holds for the answer of its question.

    Missing: without an answer only "!=" and "exists = false" hold.
    Source: FHIR R4 (4.0.1), code system questionnaire-enable-operator.
    """
    if condition.operator is Operator.EXISTS:
        return (value is not None) == condition.answer
    if value is None:
        return condition.operator is Operator.NOT_EQUAL
    compare = _COMPARISONS[condition.operator]
    return compare(_comparable(question, value), _comparable(question, condition.answer))


def _comparable(question: Item, value: AnswerValue) -> AnswerValue:
    """The value, and for options written as whole numbers the number instead of its digits."""
    numbered = question.type is ItemType.CHOICE and all(
        option.kind is OptionKind.INTEGER for option in question.options
    )
    return Decimal(str(value)) if numbered else value
