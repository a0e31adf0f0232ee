"""An instrument as it is asked: a value with items, options and conditions.

Nothing here knows one instrument from another. What a questionnaire asks, which answers it allows
and when an item is shown are fields, so that the same few functions ask, check and score them all.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import cached_property
from graphlib import CycleError, TopologicalSorter

from alongside.methods.instruments.errors import (
    ConditionCycle,
    DuplicateLinkId,
    InvalidQuestionnaire,
    UnknownConditionItem,
    UnknownItem,
)
from alongside.methods.vocabulary.translated import NO_TEXT, Translated

AnswerValue = bool | int | Decimal | str
"""The value of one answer: a choice is the code of its option."""

MOST_BOXES = 12


class ItemType(StrEnum):
    """What an item asks for, by its FHIR name."""

    GROUP = "group"
    DISPLAY = "display"
    BOOLEAN = "boolean"
    INTEGER = "integer"
    DECIMAL = "decimal"
    CHOICE = "choice"
    STRING = "string"
    TEXT = "text"


class OptionKind(StrEnum):
    """How FHIR writes an option: `valueCoding`, `valueString` or `valueInteger`."""

    CODING = "valueCoding"
    STRING = "valueString"
    INTEGER = "valueInteger"


class Operator(StrEnum):
    """How a condition compares an answer with what it waits for."""

    EXISTS = "exists"
    EQUAL = "="
    NOT_EQUAL = "!="
    GREATER = ">"
    LESS = "<"
    AT_LEAST = ">="
    AT_MOST = "<="


class EnableBehavior(StrEnum):
    """Whether all conditions of an item must hold, or any one of them."""

    ALL = "all"
    ANY = "any"


_ORDERED = (Operator.GREATER, Operator.LESS, Operator.AT_LEAST, Operator.AT_MOST)


@dataclass(frozen=True, slots=True)
class Coding:
    """A code in a terminology, such as LOINC."""

    system: str
    code: str
    display: str = ""


@dataclass(frozen=True, slots=True)
class Option:
    """One answer that a choice offers. Its weight is what it counts in a score."""

    code: str
    display: Translated
    weight: Decimal | None = None
    kind: OptionKind = OptionKind.CODING
    system: str = ""

    @property
    def counts(self) -> Decimal | None:
        """What the option counts in a score: its weight, or the number that it is."""
        if self.weight is None and self.kind is OptionKind.INTEGER:
            return Decimal(self.code)
        return self.weight


@dataclass(frozen=True, slots=True)
class EnableWhen:
    """A condition for showing an item: an earlier answer compared with a value."""

    question: str
    operator: Operator
    answer: AnswerValue


@dataclass(frozen=True, slots=True)
class Item:
    """One question, a group of items, or a text to read.

    `lowest` and `highest` bound a number, `low_label` and `high_label` say what its ends mean.
    A `read_only` question is filled by some other software: it is never asked here.
    """

    link_id: str
    type: ItemType
    text: Translated = NO_TEXT
    prefix: str = ""
    required: bool = False
    read_only: bool = False
    options: tuple[Option, ...] = ()
    lowest: int | Decimal | None = None
    highest: int | Decimal | None = None
    max_length: int | None = None
    low_label: Translated | None = None
    high_label: Translated | None = None
    enable_when: tuple[EnableWhen, ...] = ()
    enable_behavior: EnableBehavior = EnableBehavior.ALL
    code: tuple[Coding, ...] = ()
    items: tuple[Item, ...] = ()

    @property
    def is_question(self) -> bool:
        """It asks for an answer: it is neither a group nor a text, and nobody else fills it."""
        return self.type not in (ItemType.GROUP, ItemType.DISPLAY) and not self.read_only

    @property
    def boxes(self) -> tuple[int, ...]:
        """The whole numbers to tap, or none where there are too many to draw as boxes."""
        if self.type is not ItemType.INTEGER or self.lowest is None or self.highest is None:
            return ()
        lowest, highest = int(self.lowest), int(self.highest)
        return tuple(range(lowest, highest + 1)) if highest - lowest < MOST_BOXES else ()

    def option(self, code: str) -> Option | None:
        """The option with a code, or none."""
        return next((option for option in self.options if option.code == code), None)

    def walk(self) -> Iterator[Item]:
        """This item and all items below it, as they are read on the page."""
        waiting = [self]
        while waiting:
            item = waiting.pop()
            yield item
            waiting.extend(reversed(item.items))


@dataclass(frozen=True)
class Questionnaire:
    """An instrument as it is asked, in one version that never changes.

    Raises: DuplicateLinkId, UnknownConditionItem, ConditionCycle when the items do not fit
    together, so that a questionnaire that exists can always be asked.
    """

    url: str
    version: str
    title: Translated
    status: str
    items: tuple[Item, ...]
    language: str = ""
    copyright: str = ""

    def __post_init__(self) -> None:
        _check_link_ids(self)
        _check_conditions(self)

    @cached_property
    def all_items(self) -> tuple[Item, ...]:
        """Every item at every level, as they are read on the page."""
        return tuple(item for top in self.items for item in top.walk())

    @cached_property
    def questions(self) -> tuple[Item, ...]:
        """Every item that asks for an answer, in the order of the page."""
        return tuple(item for item in self.all_items if item.is_question)

    @cached_property
    def parents(self) -> dict[str, str]:
        """The linkId of the group around each item that stands in one."""
        return {child.link_id: item.link_id for item in self.all_items for child in item.items}

    @cached_property
    def order_of_conditions(self) -> tuple[Item, ...]:
        """Every item after all that decide whether it is shown.

        Raises: ConditionCycle.
        """
        parents = self.parents
        sorter: TopologicalSorter[str] = TopologicalSorter()
        for item in self.all_items:
            sorter.add(item.link_id, *(condition.question for condition in item.enable_when))
            if item.link_id in parents:
                sorter.add(item.link_id, parents[item.link_id])
        try:
            return tuple(self._by_link_id[link_id] for link_id in sorter.static_order())
        except CycleError as cycle:
            link_ids = ", ".join(f'"{link_id}"' for link_id in dict.fromkeys(cycle.args[1]))
            raise ConditionCycle(link_ids=link_ids) from None

    @cached_property
    def _by_link_id(self) -> dict[str, Item]:
        return {item.link_id: item for item in self.all_items}

    def item(self, link_id: str) -> Item:
        """The item with a linkId, also a group or a text.

        Raises: UnknownItem.
        """
        try:
            return self._by_link_id[link_id]
        except KeyError:
            raise UnknownItem(link_id=link_id) from None

    def question(self, link_id: str) -> Item:
        """The question with a linkId.

        Raises: UnknownItem, also for a group, a text and a question that is never asked here.
        """
        item = self.item(link_id)
        if not item.is_question:
            raise UnknownItem(link_id=link_id)
        return item


def _check_link_ids(questionnaire: Questionnaire) -> None:
    seen: set[str] = set()
    for item in questionnaire.all_items:
        if item.link_id in seen:
            raise DuplicateLinkId(link_id=item.link_id, path=f'item "{item.link_id}"')
        seen.add(item.link_id)


def _check_conditions(questionnaire: Questionnaire) -> None:
    askable = {
        item.link_id
        for item in questionnaire.all_items
        if item.type not in (ItemType.GROUP, ItemType.DISPLAY)
    }
    conditional = [item for item in questionnaire.all_items if item.enable_when]
    for item in conditional:
        for condition in item.enable_when:
            if condition.question not in askable:
                raise UnknownConditionItem(
                    path=f'item "{item.link_id}"', question=condition.question
                )
            _check_condition(questionnaire.item(condition.question), condition, item.link_id)
    if conditional:
        _ = questionnaire.order_of_conditions


def _check_condition(question: Item, condition: EnableWhen, link_id: str) -> None:
    """Nothing, when the answer that a condition waits for is one that its question can have."""
    answer, kind = condition.answer, question.type
    problem = ""
    if condition.operator is Operator.EXISTS:
        problem = "" if isinstance(answer, bool) else "exists needs answerBoolean"
    elif kind is ItemType.BOOLEAN:
        if not isinstance(answer, bool):
            problem = f'"{question.link_id}" is answered with yes or no: use answerBoolean'
    elif isinstance(answer, bool):
        problem = f'"{question.link_id}" is not answered with yes or no'
    elif kind is ItemType.CHOICE:
        if question.option(str(answer)) is None:
            problem = f'"{question.link_id}" has no option "{answer}"'
    elif kind in (ItemType.INTEGER, ItemType.DECIMAL):
        if isinstance(answer, str):
            problem = f'"{question.link_id}" is answered with a number'
    elif not isinstance(answer, str):
        problem = f'"{question.link_id}" is answered with a text: use answerString'
    if not problem and condition.operator in _ORDERED and not _has_order(question):
        problem = f'the answers to "{question.link_id}" have no order: use =, != or exists'
    if problem:
        raise InvalidQuestionnaire(path=f'enableWhen of item "{link_id}"', problem=problem)


def _has_order(question: Item) -> bool:
    if question.type is ItemType.CHOICE:
        return all(option.kind is OptionKind.INTEGER for option in question.options)
    return question.type is not ItemType.BOOLEAN
