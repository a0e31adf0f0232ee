"""A questionnaire as components, and what came back as answers: one way for every page that asks.

Fields are named by the place of their question, `q1`, `q2`, … and `q1-release`, because a linkId
may hold any sign. A version never changes, so a place always means the same question.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from django.utils.translation import gettext

from alongside.clinic.instruments.actions import Given
from alongside.clinic.instruments.asking import (
    UNASKED,
    WRITTEN,
    Ask,
    AskKind,
    ShownWhen,
    asks_of,
    misfits,
)
from alongside.clinic.instruments.models import InstrumentVersion, Release
from alongside.interfaces.shared.component import Component
from alongside.interfaces.shared.components.choice_list import Choice, ChoiceList
from alongside.interfaces.shared.components.error_summary import ErrorSummary, Mistake
from alongside.interfaces.shared.components.field import Field, FieldKind
from alongside.interfaces.shared.components.question import Question
from alongside.interfaces.shared.components.question_heading import QuestionHeading
from alongside.interfaces.shared.components.release_choice import ReleaseChoice
from alongside.interfaces.shared.components.scale import Scale
from alongside.interfaces.shared.components.yes_no import YesNo

if TYPE_CHECKING:
    from django.http import QueryDict

RELEASES = (Release.NOW.value, Release.MONTH_END.value, Release.WITHHELD.value)


def field_name(ask: Ask) -> str:
    """The name of the control that takes the answer to a question."""
    return f"q{ask.place}"


def release_name(ask: Ask) -> str:
    """The name of the control that says who may see that answer."""
    return f"{field_name(ask)}-release"


def questions_of(
    version: InstrumentVersion,
    language: str,
    *,
    known: Mapping[str, str] | None = None,
    releases: Mapping[str, str] | None = None,
    saved: frozenset[str] = frozenset(),
    mistakes: Mapping[str, str] | None = None,
    offer_release: bool = False,
    counts_in_score: bool = False,
) -> tuple[Component, ...]:
    """The components of a form, in the order of the page.

    Everything is by linkId. `known` holds values to show, as a form holds them; `saved` names
    answers that are kept but not shown; `mistakes` holds one sentence each. `offer_release` puts
    the choice of who may see it under each question, or with `counts_in_score` when it counts in
    the score that is all they see. For an answer that is saved but not shown no
    release is marked, so that sending the form leaves it as it was.
    """
    asks = asks_of(version, language)
    named = {ask.link_id: field_name(ask) for ask in asks if ask.is_question}
    known, releases, mistakes = known or {}, releases or {}, mistakes or {}
    drawn: list[Component] = []
    for ask in asks:
        shown_when = _shown_when(ask, named)
        if ask.kind in UNASKED:
            if ask.text:
                drawn.append(QuestionHeading(ask.text, ask.kind is AskKind.PASSAGE, shown_when))
            continue
        is_hidden_answer = ask.link_id in saved and ask.link_id not in known
        release = releases.get(ask.link_id, "" if is_hidden_answer else Release.NOW.value)
        drawn.append(
            Question(
                control=_control(ask, known.get(ask.link_id, ""), mistakes.get(ask.link_id, "")),
                release=(
                    ReleaseChoice(
                        release_name(ask),
                        chosen=release,
                        values=RELEASES,
                        counts_in_score=counts_in_score,
                    )
                    if offer_release
                    else None
                ),
                shown_when=shown_when,
                is_saved=is_hidden_answer,
                counts=ask.kind not in WRITTEN and not ask.conditions,
            )
        )
    return tuple(drawn)


def given_from(data: QueryDict, version: InstrumentVersion) -> tuple[Given, ...]:
    """The answers in a form that was sent, raw as they are; a question not in it is left out.

    Missing: an untapped question has no raw answer, so that what was saved before stays.
    """
    given: list[Given] = []
    for ask in asks_of(version, ""):
        if not ask.is_question:
            continue
        raw = data.get(field_name(ask))
        release = data.get(release_name(ask), "")
        if raw is not None or release in RELEASES:
            given.append(Given(ask.link_id, raw, Release(release) if release in RELEASES else None))
    return tuple(given)


def typed_in(given: Iterable[Given]) -> dict[str, str]:
    """What was typed, by linkId, to show again beside a mistake or in another language."""
    return {answer.link_id: str(answer.raw) for answer in given if answer.raw}


def releases_in(given: Iterable[Given]) -> dict[str, str]:
    """Who may see each answer, as it was just said, by linkId."""
    return {answer.link_id: answer.release.value for answer in given if answer.release}


def mistakes_in(version: InstrumentVersion, given: Iterable[Given]) -> dict[str, str]:
    """A sentence for every answer that does not fit its question, by linkId."""
    wrong = misfits(version, given)
    return {ask.link_id: _sentence(ask) for ask in asks_of(version, "") if ask.link_id in wrong}


def summary_of_mistakes(
    version: InstrumentVersion, mistakes: Mapping[str, str], language: str
) -> ErrorSummary | None:
    """The list over the form, each line leading to its question; None without mistakes."""
    lines = tuple(
        Mistake(f"{ask.text} {mistakes[ask.link_id]}", f"id_{field_name(ask)}")
        for ask in asks_of(version, language)
        if ask.link_id in mistakes
    )
    return ErrorSummary(lines) if lines else None


def n_to_tap(questions: Iterable[Component]) -> int:
    """How many questions a person is asked to tap; what may be written besides does not count."""
    return sum(isinstance(each, Question) and each.counts for each in questions)


def n_done(questions: Iterable[Component]) -> int:
    """How many of these have an answer, shown or saved."""
    return sum(
        isinstance(each, Question) and each.counts and (each.is_saved or _is_tapped(each.control))
        for each in questions
    )


def _is_tapped(control: Component) -> bool:
    match control:
        case Scale() | YesNo():
            return control.value is not None
        case ChoiceList():
            return bool(control.chosen)
        case Field():
            return bool(control.value)
    return False


def _sentence(ask: Ask) -> str:
    match ask.kind:
        case AskKind.NUMBER:
            return gettext("Please write a number that fits, such as 7.")
        case AskKind.LINE | AskKind.TEXT:
            return gettext("Please make this shorter: at most {n} letters.").format(
                n=ask.max_length
            )
    return gettext("Please choose one of the answers shown.")


def _control(ask: Ask, value: str, error: str) -> Component:
    name = field_name(ask)
    match ask.kind:
        case AskKind.SCALE:
            lowest, highest = ask.lowest or 0, ask.highest or 0
            return Scale(
                name,
                ask.text,
                ask.low_label,
                ask.high_label,
                lowest,
                highest,
                value=_tapped(value, lowest, highest),
                error=error,
            )
        case AskKind.YES_NO:
            chosen = {"true": True, "false": False}.get(value)
            return YesNo(name, ask.text, chosen, error=error)
        case AskKind.CHOICE:
            return ChoiceList(
                name,
                ask.text,
                tuple(Choice(code, label) for code, label in ask.options),
                (value,) if value else (),
                error=error,
            )
        case AskKind.TEXT:
            return Field(
                name,
                ask.text,
                FieldKind.TEXTAREA,
                value,
                error=error,
                rows=3,
                max_length=ask.max_length,
                autocomplete="off",
            )
    return Field(
        name,
        ask.text,
        value=value,
        error=error,
        max_length=ask.max_length if ask.kind is AskKind.LINE else None,
        input_mode="decimal" if ask.kind is AskKind.NUMBER else "",
        autocomplete="off",
        is_short=ask.kind is AskKind.NUMBER,
    )


def _tapped(value: str, lowest: int, highest: int) -> int | None:
    try:
        number = int(value)
    except ValueError:
        return None
    return number if lowest <= number <= highest else None


def _shown_when(ask: Ask, named: Mapping[str, str]) -> str:
    """The conditions as the form script reads them.

    What the script cannot say ("no answer", or "another answer than", which holds without any)
    leaves the question visible.
    """
    if not ask.conditions:
        return ""
    parts = [_part(each, named) for each in ask.conditions]
    if not all(parts):
        return ""
    return (" | " if ask.is_any else " & ").join(parts)


def _part(condition: ShownWhen, named: Mapping[str, str]) -> str:
    name = named.get(condition.link_id, "")
    if not name or condition.operator == "!=":
        return ""
    if condition.operator == "exists":
        return f"{name}!=" if condition.value == "true" else ""
    return f"{name}{condition.operator}{condition.value}"
