"""Any valid instrument, written as FHIR and read again, is the same instrument; any answers,
written as a form or a CSV file holds them and read again, are the same answers.
"""

from __future__ import annotations

import json

from hypothesis import given, settings
from hypothesis import strategies as st

from alongside.methods.instruments.answers import (
    AnswerState,
    complete_answers,
    read_answer,
    visible_items,
    write_answer,
)
from alongside.methods.instruments.documents import canonical_json, fingerprint, read_document
from alongside.methods.instruments.fhir_questionnaire import (
    read_questionnaire,
    write_questionnaire,
)
from tests.methods.instruments.strategies import answered, questionnaires

few = settings(max_examples=150, deadline=None)


@few
@given(st.data())
def test_any_instrument_and_its_answers_come_back_as_they_were(data: st.DataObject) -> None:
    questionnaire = data.draw(questionnaires())
    read = read_questionnaire(canonical_json(write_questionnaire(questionnaire)))
    assert read == questionnaire

    completed = complete_answers(questionnaire, data.draw(answered(questionnaire)))
    for answer in completed:
        if answer.value is not None:
            written = write_answer(answer.value)
            again = read_answer(read.question(answer.link_id), written)
            assert again == answer.value
            assert type(again) is type(answer.value)


@few
@given(st.data())
def test_completed_answers_hold_every_question_once_and_are_complete(
    data: st.DataObject,
) -> None:
    questionnaire = data.draw(questionnaires())
    given_answers = data.draw(answered(questionnaire))
    completed = complete_answers(questionnaire, given_answers)

    assert [answer.link_id for answer in completed] == [
        question.link_id for question in questionnaire.questions
    ]
    assert complete_answers(questionnaire, completed) == completed
    shown = {item.link_id for item in visible_items(questionnaire, given_answers)}
    said = {answer.link_id: answer for answer in given_answers}
    for answer in completed:
        assert (answer.state is AnswerState.NOT_SHOWN) == (answer.link_id not in shown)
        if answer.link_id in shown and answer.link_id in said:
            assert answer == said[answer.link_id]


@few
@given(questionnaires())
def test_the_fingerprint_ignores_the_way_a_file_is_laid_out(questionnaire: object) -> None:
    document = write_questionnaire(questionnaire)  # type: ignore[arg-type]
    text = canonical_json(document)
    loose = json.dumps(json.loads(text), indent=3, ensure_ascii=True)
    turned = dict(reversed(list(read_document(loose).items())))
    assert fingerprint(turned) == fingerprint(document)
    assert canonical_json(read_document(text)) == text
    document["title"] = f"{document['title']}!"
    assert fingerprint(document) != fingerprint(turned)
