"""`enableWhen` of FHIR R4, read into conditions and written from them."""

from __future__ import annotations

from decimal import Decimal

from alongside.methods.instruments.documents import Document
from alongside.methods.instruments.errors import UnsupportedPart
from alongside.methods.instruments.fhir_elements import Element
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


def parse_conditions(item: Element) -> tuple[EnableWhen, ...]:
    """The conditions of an item.

    Raises: InvalidQuestionnaire, UnsupportedPart.
    """
    return tuple(_condition(condition) for condition in item.elements("enableWhen"))


def parse_behavior(item: Element, conditions: tuple[EnableWhen, ...]) -> EnableBehavior:
    """Whether all conditions must hold or any; with two or more, FHIR makes the file say it."""
    written = item.text("enableBehavior")
    if not written and len(conditions) > 1:
        raise item.refuse('two or more enableWhen need enableBehavior, "all" or "any"')
    if written and written not in tuple(EnableBehavior):
        raise item.refuse('enableBehavior must be "all" or "any"')
    return EnableBehavior(written) if len(conditions) > 1 else EnableBehavior.ALL


def write_condition(questionnaire: Questionnaire, condition: EnableWhen) -> Document:
    """The condition as an `enableWhen` of FHIR R4."""
    written: Document = {"question": condition.question, "operator": condition.operator.value}
    answer = condition.answer
    if isinstance(answer, bool):
        written["answerBoolean"] = answer
    elif isinstance(answer, int):
        written["answerInteger"] = answer
    elif isinstance(answer, Decimal):
        written["answerDecimal"] = answer
    else:
        option = _coded_option(questionnaire.item(condition.question), answer)
        if option is None:
            written["answerString"] = answer
        else:
            written["answerCoding"] = option
    return written


def _condition(condition: Element) -> EnableWhen:
    question = condition.text("question")
    if not question:
        raise condition.refuse("a condition needs the linkId of its question")
    written = condition.text("operator")
    if written not in tuple(Operator):
        raise condition.refuse(f'the operator "{written}" must be one of {" ".join(Operator)}')
    return EnableWhen(question, Operator(written), _answer(condition))


def _answer(condition: Element) -> AnswerValue:
    given = [key for key in condition.content if key.startswith("answer")]
    if len(given) != 1:
        raise condition.refuse("a condition needs exactly one answer[x]")
    key = given[0]
    answer: AnswerValue | None
    match key:
        case "answerBoolean":
            answer = condition.boolean(key)
        case "answerInteger":
            answer = condition.integer(key)
        case "answerDecimal":
            answer = condition.number(key)
        case "answerString":
            answer = condition.text(key)
        case "answerCoding":
            coding = condition.element(key)
            answer = coding.text("code") if coding else ""
        case _:
            raise UnsupportedPart(
                path=condition.path,
                what=f"a condition with {key}",
                instead="Wait for a yes or no, a number, a text or an option.",
            )
    if answer is None or answer == "":
        raise condition.refuse(f"{key} is empty")
    return answer


def _coded_option(question: Item, code: str) -> Document | None:
    option = question.option(code) if question.type is ItemType.CHOICE else None
    if option is None or option.kind is not OptionKind.CODING:
        return None
    return {"system": option.system, "code": code} if option.system else {"code": code}
