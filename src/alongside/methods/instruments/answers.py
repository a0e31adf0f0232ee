"""What came back for each question: an answer, or why there is none.

Four states are kept apart, because they mean different things: answered, skipped (the client
passed over it), declined (the client said no to it) and not shown (nobody asked). Only an answer
has a value, and only a question that was shown can have an answer.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from alongside.methods.instruments.conditions import shown_link_ids
from alongside.methods.instruments.errors import (
    BlankAnswer,
    DuplicateAnswer,
    NotAnOption,
    OutOfRange,
    TooLong,
    UnknownItem,
    WrongType,
)
from alongside.methods.instruments.questionnaire import (
    AnswerValue,
    Item,
    ItemType,
    Questionnaire,
)

RawAnswer = bool | int | float | Decimal | str

LONGEST_ANSWER = 5_000
LOWEST_INTEGER, HIGHEST_INTEGER = -(2**31), 2**31 - 1
MOST_DIGITS = 18

_WHOLE = re.compile(r"[+-]?[0-9]{1,12}(\.0{1,12})?", re.ASCII)
_NUMBER = re.compile(r"[+-]?[0-9]{1,18}(\.[0-9]{1,18})?", re.ASCII)
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_YES_AND_NO = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}


class AnswerState(StrEnum):
    """What became of a question."""

    ANSWERED = "answered"
    SKIPPED = "skipped"
    DECLINED = "declined"
    NOT_SHOWN = "not_shown"


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of one question: its state, and a value exactly when it was answered."""

    link_id: str
    state: AnswerState
    value: AnswerValue | None = None

    def __post_init__(self) -> None:
        if (self.value is not None) != (self.state is AnswerState.ANSWERED):
            raise ValueError(f"{self.state} does not go with the value {self.value!r}")

    @classmethod
    def answered(cls, link_id: str, value: AnswerValue) -> Answer:
        """A question with its answer."""
        return cls(link_id, AnswerState.ANSWERED, value)

    @classmethod
    def skipped(cls, link_id: str) -> Answer:
        """A question that was passed over."""
        return cls(link_id, AnswerState.SKIPPED)

    @classmethod
    def declined(cls, link_id: str) -> Answer:
        """A question that the person said no to."""
        return cls(link_id, AnswerState.DECLINED)

    @classmethod
    def not_shown(cls, link_id: str) -> Answer:
        """A question that was not asked."""
        return cls(link_id, AnswerState.NOT_SHOWN)


def read_answer(item: Item, raw: RawAnswer) -> AnswerValue:
    """The value of an answer as it comes from a form, a CSV cell or JSON.

    Space around an answer and the line ends of a browser are not part of it. Nothing else is
    mended: "7,5" is no number and "8" is not in a range that ends at 7.
    Raises: UnknownItem, BlankAnswer, WrongType, OutOfRange, NotAnOption, TooLong.
    """
    if not item.is_question:
        raise UnknownItem(link_id=item.link_id)
    if isinstance(raw, str):
        raw = raw.replace("\r\n", "\n").replace("\r", "\n").strip()
        if not raw:
            raise BlankAnswer(link_id=item.link_id)
    match item.type:
        case ItemType.BOOLEAN:
            return _read_yes_or_no(item, raw)
        case ItemType.INTEGER:
            return _read_whole_number(item, raw)
        case ItemType.DECIMAL:
            return _read_number(item, raw)
        case ItemType.CHOICE:
            return _read_choice(item, raw)
        case _:
            return _read_text(item, raw)


def write_answer(value: AnswerValue) -> str:
    """The value as a form or a CSV cell holds it; `read_answer` gives it back."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return format(value, "f")
    return str(value)


def visible_items(questionnaire: Questionnaire, answers: Iterable[Answer]) -> tuple[Item, ...]:
    """The items to show, also groups and texts, in the order of the page.

    Raises: UnknownItem, DuplicateAnswer.
    """
    shown = shown_link_ids(questionnaire, _values(_by_link_id(questionnaire, answers)))
    return tuple(item for item in questionnaire.all_items if item.link_id in shown)


def complete_answers(questionnaire: Questionnaire, answers: Iterable[Answer]) -> tuple[Answer, ...]:
    """One answer for every question, in the order of the page.

    Missing: a question that is shown and has no answer was skipped. A question whose condition
    does not hold was not shown, whatever was typed before: the client has taken that back, so
    its value is neither kept nor scored.
    Raises: UnknownItem, DuplicateAnswer, and what `read_answer` raises for a wrong value.
    """
    given = _by_link_id(questionnaire, answers)
    for answer in given.values():
        if answer.value is not None:
            check_value(questionnaire.question(answer.link_id), answer.value)
    shown = shown_link_ids(questionnaire, _values(given))
    completed = []
    for item in questionnaire.questions:
        answer = given.get(item.link_id) or Answer.skipped(item.link_id)
        if item.link_id not in shown:
            answer = Answer.not_shown(item.link_id)
        elif answer.state is AnswerState.NOT_SHOWN:
            answer = Answer.skipped(item.link_id)
        completed.append(answer)
    return tuple(completed)


def check_value(item: Item, value: AnswerValue) -> None:
    """Nothing, when the value is one that the question allows.

    Raises: UnknownItem, BlankAnswer, WrongType, OutOfRange, NotAnOption, TooLong.
    """
    if item.type is ItemType.CHOICE and not isinstance(value, str):
        raise NotAnOption(link_id=item.link_id, value=value, options=_codes(item))
    if item.type is ItemType.BOOLEAN and not isinstance(value, bool):
        raise WrongType(link_id=item.link_id, value=value, expected="true or false")
    if item.type in (ItemType.INTEGER, ItemType.DECIMAL) and isinstance(value, str):
        raise WrongType(link_id=item.link_id, value=value, expected="a number")
    read_answer(item, value)


def _by_link_id(questionnaire: Questionnaire, answers: Iterable[Answer]) -> dict[str, Answer]:
    given: dict[str, Answer] = {}
    for answer in answers:
        questionnaire.question(answer.link_id)
        if answer.link_id in given:
            raise DuplicateAnswer(link_id=answer.link_id)
        given[answer.link_id] = answer
    return given


def _values(given: dict[str, Answer]) -> dict[str, AnswerValue]:
    return {link_id: answer.value for link_id, answer in given.items() if answer.value is not None}


def _read_yes_or_no(item: Item, raw: RawAnswer) -> bool:
    value = _YES_AND_NO.get(str(raw).lower())
    if value is None:
        raise WrongType(link_id=item.link_id, value=_short(raw), expected="yes or no")
    return value


def _read_whole_number(item: Item, raw: RawAnswer) -> int:
    if isinstance(raw, bool) or not _WHOLE.fullmatch(_plain(raw)):
        raise WrongType(link_id=item.link_id, value=_short(raw), expected="a whole number")
    value = int(Decimal(_plain(raw)))
    lowest = LOWEST_INTEGER if item.lowest is None else int(item.lowest)
    highest = HIGHEST_INTEGER if item.highest is None else int(item.highest)
    if not lowest <= value <= highest:
        raise OutOfRange(link_id=item.link_id, value=value, lowest=lowest, highest=highest)
    return value


def _read_number(item: Item, raw: RawAnswer) -> Decimal:
    plain = _plain(raw)
    n_digits = sum(character.isdigit() for character in plain)
    if isinstance(raw, bool) or not _NUMBER.fullmatch(plain) or n_digits > MOST_DIGITS:
        raise WrongType(link_id=item.link_id, value=_short(raw), expected="a number, such as 7.5")
    value = Decimal(plain)
    lowest = -(10**MOST_DIGITS) if item.lowest is None else item.lowest
    highest = 10**MOST_DIGITS if item.highest is None else item.highest
    if not lowest <= value <= highest:
        raise OutOfRange(link_id=item.link_id, value=value, lowest=lowest, highest=highest)
    return value


def _read_choice(item: Item, raw: RawAnswer) -> str:
    code = str(raw)
    if isinstance(raw, bool) or item.option(code) is None:
        raise NotAnOption(link_id=item.link_id, value=_short(raw), options=_codes(item))
    return code


def _read_text(item: Item, raw: RawAnswer) -> str:
    if not isinstance(raw, str):
        raise WrongType(link_id=item.link_id, value=_short(raw), expected="text")
    if _CONTROL.search(raw):
        expected = "text without control characters"
        raise WrongType(
            link_id=item.link_id, value=_short(_CONTROL.sub("�", raw)), expected=expected
        )
    limit = item.max_length or LONGEST_ANSWER
    if len(raw) > limit:
        raise TooLong(link_id=item.link_id, length=len(raw), limit=limit)
    return raw


def _plain(raw: RawAnswer) -> str:
    """A number without an exponent, so that a float from JSON reads like a typed one."""
    if isinstance(raw, float):
        raw = Decimal(repr(raw))
    return format(raw, "f") if isinstance(raw, Decimal) else str(raw)


def _codes(item: Item) -> str:
    return ", ".join(option.code for option in item.options)


def _short(raw: RawAnswer) -> str:
    text = str(raw)
    return text if len(text) <= 60 else text[:57] + "…"
