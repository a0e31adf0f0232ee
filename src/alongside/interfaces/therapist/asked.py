"""The questions of an instrument as controls that staff fill in."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import get_language

from alongside.clinic.instruments.actions import Given
from alongside.clinic.instruments.bridge import questionnaire_of
from alongside.clinic.instruments.models import InstrumentVersion
from alongside.interfaces.shared.component import Component
from alongside.interfaces.shared.components.choice_list import Choice, ChoiceList
from alongside.interfaces.shared.components.field import Field, FieldKind
from alongside.interfaces.shared.components.question import Question
from alongside.interfaces.shared.components.scale import Scale
from alongside.interfaces.shared.components.yes_no import YesNo

YES_OR_NO = {"true": True, "false": False}


def questions_of(
    version: InstrumentVersion,
    *,
    values: Mapping[str, str],
    errors: Mapping[str, str],
) -> tuple[Question, ...]:
    """One control for each question, with what was typed and what has to be mended."""
    language = get_language() or "en"
    questions = []
    for item in questionnaire_of(version).questions:
        name, label = item.link_id, item.text.in_language(language)
        value, error = values.get(name, ""), errors.get(name, "")
        control: Component
        if item.boxes:
            control = Scale(
                name,
                label,
                item.low_label.in_language(language) if item.low_label else "",
                item.high_label.in_language(language) if item.high_label else "",
                lowest=item.boxes[0],
                highest=item.boxes[-1],
                value=int(value) if value.lstrip("-").isdecimal() else None,
                error=error,
            )
        elif item.type == "boolean":
            control = YesNo(name, label, YES_OR_NO.get(value), error=error)
        elif item.options:
            control = ChoiceList(
                name,
                label,
                tuple(
                    Choice(option.code, option.display.in_language(language))
                    for option in item.options
                ),
                chosen=(value,) if value else (),
                error=error,
            )
        else:
            is_number = item.type in ("integer", "decimal")
            control = Field(
                name,
                label,
                FieldKind.TEXT if is_number else FieldKind.TEXTAREA,
                value,
                error=error,
                rows=3,
                max_length=item.max_length,
                is_short=is_number,
                input_mode="decimal" if is_number else "",
            )
        joint = " & " if item.enable_behavior == "all" else " | "
        rules = [
            f"{rule.question}{rule.operator}{_as_sent(rule.answer)}" for rule in item.enable_when
        ]
        is_ruled = all(rule.operator != "exists" for rule in item.enable_when)
        questions.append(Question(control, shown_when=joint.join(rules) if is_ruled else ""))
    return tuple(questions)


def _as_sent(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def given_in(version: InstrumentVersion, values: Mapping[str, str]) -> list[Given]:
    """What was sent, one entry a question."""
    return [
        Given(item.link_id, values.get(item.link_id, ""))
        for item in questionnaire_of(version).questions
    ]
