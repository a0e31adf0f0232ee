"""Reading one answer from a form, a CSV cell or JSON, and completing a set of answers."""

from __future__ import annotations

from decimal import Decimal

import pytest

from alongside.methods.instruments import errors
from alongside.methods.instruments.answers import (
    LONGEST_ANSWER,
    Answer,
    AnswerState,
    RawAnswer,
    complete_answers,
    read_answer,
    visible_items,
    write_answer,
)
from alongside.methods.instruments.questionnaire import (
    AnswerValue,
    EnableWhen,
    Item,
    ItemType,
    Operator,
    Option,
    Questionnaire,
)
from alongside.methods.vocabulary.translated import Translated

YES_NO = Item("flag", ItemType.BOOLEAN)
RATING = Item("rating", ItemType.INTEGER, lowest=-5, highest=5)
HOURS = Item("hours", ItemType.DECIMAL, lowest=Decimal(0), highest=Decimal(24))
OFTEN = Item(
    "often",
    ItemType.CHOICE,
    options=(Option("0", Translated("Never")), Option("1", Translated("Always"))),
)
WORDS = Item("words", ItemType.TEXT, max_length=10)


@pytest.mark.parametrize(
    ("item", "raw", "value"),
    [
        (YES_NO, "true", True),
        (YES_NO, " Yes ", True),
        (YES_NO, "0", False),
        (YES_NO, False, False),
        (RATING, "-5", -5),
        (RATING, " +3 ", 3),
        (RATING, 0, 0),
        (RATING, "4.0", 4),
        (RATING, 4.0, 4),
        (HOURS, "7.50", Decimal("7.5")),
        (HOURS, 0.1, Decimal("0.1")),
        (HOURS, 24, Decimal(24)),
        (OFTEN, "1", "1"),
        (OFTEN, 1, "1"),
        (WORDS, "  well\r\nslept ", "well\nslept"),
        (WORDS, "=1+1", "=1+1"),
    ],
)
def test_an_answer_is_read_as_its_question_means_it(
    item: Item, raw: RawAnswer, value: AnswerValue
) -> None:
    read = read_answer(item, raw)
    assert read == value
    assert type(read) is type(value)


@pytest.mark.parametrize(
    ("item", "raw", "error", "says"),
    [
        (YES_NO, "maybe", errors.WrongType, '"maybe" to question "flag" must be yes or no'),
        (YES_NO, 2, errors.WrongType, "yes or no"),
        (RATING, "6", errors.OutOfRange, '6 to question "rating" must be from -5 to 5'),
        (RATING, -6, errors.OutOfRange, "from -5 to 5"),
        (RATING, "4.5", errors.WrongType, "a whole number"),
        (RATING, "four", errors.WrongType, "a whole number"),
        (RATING, "٤", errors.WrongType, "a whole number"),
        (RATING, "1e1", errors.WrongType, "a whole number"),
        (RATING, "9" * 5_000, errors.WrongType, "a whole number"),
        (RATING, True, errors.WrongType, "a whole number"),
        (RATING, float("nan"), errors.WrongType, "a whole number"),
        (Item("n", ItemType.INTEGER), "2147483648", errors.OutOfRange, "to 2147483647"),
        (HOURS, "7,5", errors.WrongType, "a number, such as 7.5"),
        (HOURS, "24.01", errors.OutOfRange, "from 0 to 24"),
        (HOURS, "NaN", errors.WrongType, "a number"),
        (HOURS, float("inf"), errors.WrongType, "a number"),
        (HOURS, "1234567890.123456789", errors.WrongType, "a number"),
        (OFTEN, "Always", errors.NotAnOption, "must be one of: 0, 1"),
        (OFTEN, True, errors.NotAnOption, "must be one of"),
        (WORDS, "x" * 11, errors.TooLong, "11 characters, and at most 10"),
        (WORDS, 5, errors.WrongType, "must be text"),
        (WORDS, "a\x00b", errors.WrongType, "without control characters"),
        (WORDS, "a\udcffb", errors.WrongType, "without control characters"),
        (Item("t", ItemType.TEXT), "x" * (LONGEST_ANSWER + 1), errors.TooLong, "at most 5000"),
        (WORDS, " \r\n ", errors.BlankAnswer, "has no answer"),
        (Item("g", ItemType.GROUP), "x", errors.UnknownItem, 'no question "g"'),
        (Item("d", ItemType.DISPLAY), "x", errors.UnknownItem, 'no question "d"'),
        (Item("r", ItemType.TEXT, read_only=True), "x", errors.UnknownItem, 'no question "r"'),
    ],
    ids=lambda value: str(value)[:20] if isinstance(value, str) else None,
)
def test_a_wrong_answer_is_refused_with_what_is_allowed(
    item: Item, raw: RawAnswer, error: type[errors.InvalidAnswer], says: str
) -> None:
    with pytest.raises(errors.InvalidAnswer) as refused:
        read_answer(item, raw)
    assert type(refused.value) is error
    assert says in str(refused.value)
    assert len(str(refused.value)) < 200
    str(refused.value).encode()


def test_a_decimal_is_written_without_an_exponent() -> None:
    assert write_answer(Decimal("1E+1")) == "10"
    assert write_answer(Decimal("0.0000001")) == "0.0000001"


def test_only_an_answered_question_has_a_value() -> None:
    for state, value in ((AnswerState.SKIPPED, 3), (AnswerState.ANSWERED, None)):
        with pytest.raises(ValueError, match="does not go with"):
            Answer("q", state, value)


FEEDBACK = Questionnaire(
    url="",
    version="",
    title=Translated("t"),
    status="active",
    items=(
        RATING,
        YES_NO,
        Item("why", ItemType.TEXT, enable_when=(EnableWhen("flag", Operator.EQUAL, True),)),
    ),
)


def states(*answers: Answer) -> dict[str, str]:
    return {a.link_id: a.state.value for a in complete_answers(FEEDBACK, answers)}


def test_what_is_left_out_was_skipped_or_not_shown() -> None:
    assert states() == {"rating": "skipped", "flag": "skipped", "why": "not_shown"}


def test_the_four_states_stay_apart() -> None:
    completed = complete_answers(
        FEEDBACK, [Answer.answered("flag", True), Answer.declined("rating")]
    )
    assert completed == (
        Answer.declined("rating"),
        Answer.answered("flag", True),
        Answer.skipped("why"),
    )


def test_an_answer_whose_condition_no_longer_holds_is_not_shown_and_not_kept() -> None:
    completed = complete_answers(
        FEEDBACK, [Answer.answered("flag", False), Answer.answered("why", "It hurt.")]
    )
    assert completed[2] == Answer.not_shown("why")


def test_a_question_that_is_shown_was_not_left_unasked() -> None:
    assert states(Answer.not_shown("rating"))["rating"] == "skipped"


@pytest.mark.parametrize(
    ("answers", "error"),
    [
        ([Answer.skipped("nobody")], errors.UnknownItem),
        ([Answer.skipped("flag"), Answer.declined("flag")], errors.DuplicateAnswer),
        ([Answer.answered("rating", 6)], errors.OutOfRange),
        ([Answer.answered("rating", "3")], errors.WrongType),
        ([Answer.answered("rating", True)], errors.WrongType),
        ([Answer.answered("flag", 1)], errors.WrongType),
    ],
)
def test_a_set_of_answers_that_does_not_fit_is_refused_whole(
    answers: list[Answer], error: type[errors.InvalidAnswer]
) -> None:
    with pytest.raises(error):
        complete_answers(FEEDBACK, answers)


def test_what_is_shown_is_asked_of_known_questions_only() -> None:
    with pytest.raises(errors.UnknownItem):
        visible_items(FEEDBACK, [Answer.skipped("nobody")])
    with pytest.raises(errors.UnknownItem):
        FEEDBACK.item("nobody")
