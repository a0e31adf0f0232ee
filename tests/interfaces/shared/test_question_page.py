"""A questionnaire as components, and a form that was sent as answers."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.http import QueryDict

from alongside.clinic.audit.actor import OPERATOR
from alongside.clinic.instruments.actions import Given, import_instrument
from alongside.clinic.instruments.models import InstrumentVersion, Purpose, Release
from alongside.clinic.instruments.own import install_own_instruments
from alongside.interfaces.shared.components.choice_list import ChoiceList
from alongside.interfaces.shared.components.field import Field
from alongside.interfaces.shared.components.question import Question
from alongside.interfaces.shared.components.question_heading import QuestionHeading
from alongside.interfaces.shared.components.scale import Scale
from alongside.interfaces.shared.components.yes_no import YesNo
from alongside.interfaces.shared.question_page import (
    given_from,
    mistakes_in,
    n_done,
    n_to_tap,
    questions_of,
    releases_in,
    summary_of_mistakes,
    typed_in,
)

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)

SITE_MADE = b"""{"resourceType": "Questionnaire", "url": "https://site.example/q", "version": "1",
"status": "active", "title": "Site made", "item": [
 {"linkId": "part one", "type": "group", "text": "Your days", "item": [
  {"linkId": "read", "type": "display", "text": "Think of today."},
  {"linkId": "how=often", "type": "choice", "text": "How often?", "answerOption": [
   {"valueCoding": {"code": "often", "display": "Often"}},
   {"valueCoding": {"code": "never", "display": "Never"}}]},
  {"linkId": "n", "type": "decimal", "text": "How many hours?", "extension": [
   {"url": "http://hl7.org/fhir/StructureDefinition/minValue", "valueDecimal": 0},
   {"url": "http://hl7.org/fhir/StructureDefinition/maxValue", "valueDecimal": 24}]},
  {"linkId": "where", "type": "string", "text": "Where?", "maxLength": 20,
   "enableWhen": [{"question": "how=often", "operator": "=", "answerCoding": {"code": "often"}},
                  {"question": "n", "operator": "exists", "answerBoolean": true}],
   "enableBehavior": "any"},
  {"linkId": "not-often", "type": "boolean", "text": "Is that so?",
   "enableWhen": [{"question": "n", "operator": "!=", "answerDecimal": 3}]}]}]}"""
SIDECAR = b"""{"format": "alongside-scoring/1", "language": "en", "role": "other",
"instrument": {"url": "https://site.example/q", "version": "1"}, "respondent": "client",
"is_validated": false, "label": "Of the site", "licence": "own", "attestation_required": false,
"sources": ["the site"], "items": [{"link_id": "n"}], "scales": [{"name": "hours",
"title": "Hours", "items": [{"link_id": "n", "key": 1, "lowest": 0, "highest": 24}],
"method": "sum", "lowest": 0, "highest": 24, "direction": "higher_is_better",
"minimum_answered": 1, "missing_rule": "refuse", "is_main": true}],
"worked_examples": [{"answers": {"n": 3}, "scores": {"hours": 3}}]}"""


@pytest.fixture
def feedback() -> InstrumentVersion:
    install_own_instruments(by=OPERATOR, now=NOW)
    return InstrumentVersion.objects.get(instrument__purpose=Purpose.VISIT_FEEDBACK)


@pytest.fixture
def site_made() -> InstrumentVersion:
    return import_instrument(document=SITE_MADE, scoring=SIDECAR, by=OPERATOR, now=NOW)


def questions(*args: object, **options: object) -> list[Question]:
    drawn = questions_of(*args, **options)  # type: ignore[arg-type]
    return [each for each in drawn if isinstance(each, Question)]


def test_our_own_feedback_takes_seven_taps_and_two_texts(feedback: InstrumentVersion) -> None:
    drawn = questions(feedback, "en", offer_release=True)
    assert n_to_tap(drawn) == 7
    assert [type(each.control) for each in drawn] == [
        *[Scale] * 6,
        YesNo,
        Field,
        YesNo,
        Field,
    ]
    told = [each.shown_when for each in drawn]
    assert told == [*[""] * 7, "q7=true", "q7=true", ""]
    assert all(each.release is not None and each.release.chosen == "now" for each in drawn)


def test_it_is_asked_in_the_language_of_the_client(feedback: InstrumentVersion) -> None:
    english, spanish = (questions(feedback, language)[0].control for language in ("en", "es"))
    assert isinstance(english, Scale) and isinstance(spanish, Scale)
    assert english.label != spanish.label
    assert spanish.low_label and spanish.high_label


def test_what_was_saved_is_said_but_not_shown_unless_it_is_known(
    feedback: InstrumentVersion,
) -> None:
    hidden, shown, untouched = questions(
        feedback,
        "en",
        known={"A2": "7"},
        saved=frozenset({"A1", "A2"}),
        releases={"A2": "withheld"},
        offer_release=True,
    )[:3]
    assert hidden.is_saved and hidden.release is not None and hidden.release.chosen == ""
    assert isinstance(hidden.control, Scale) and hidden.control.value is None
    assert not shown.is_saved and shown.release is not None and shown.release.chosen == "withheld"
    assert isinstance(shown.control, Scale) and shown.control.value == 7
    assert n_done((hidden, shown, untouched)) == 2


def test_a_form_that_was_sent_becomes_answers(feedback: InstrumentVersion) -> None:
    data = QueryDict("q1=7&q1-release=withheld&q2-release=now&q3=&q4=5&q4-release=odd&q99=1&A5=3")
    given = given_from(data, feedback)
    assert given == (
        Given("A1", "7", Release.WITHHELD),
        Given("A2", None, Release.NOW),
        Given("A3", ""),
        Given("A4", "5"),
    )
    assert typed_in(given) == {"A1": "7", "A4": "5"}
    assert releases_in(given) == {"A1": "withheld", "A2": "now"}


def test_a_site_s_own_instrument_is_drawn_whatever_its_link_ids(
    site_made: InstrumentVersion,
) -> None:
    heading, passage, *rest = questions_of(site_made, "en")
    assert isinstance(heading, QuestionHeading) and isinstance(passage, QuestionHeading)
    assert (heading.is_passage, passage.is_passage) == (False, True)
    controls = [each.control for each in rest if isinstance(each, Question)]
    assert [type(each) for each in controls] == [ChoiceList, Field, Field, YesNo]
    assert [each.shown_when for each in rest if isinstance(each, Question)] == [
        "",
        "",
        "q1=often | q2!=",
        "",
    ]


def test_an_answer_that_does_not_fit_gets_a_sentence_and_a_way_to_it(
    site_made: InstrumentVersion,
) -> None:
    given = given_from(QueryDict("q1=maybe&q2=soon&q3=" + "x" * 21 + "&q4=true"), site_made)
    mistakes = mistakes_in(site_made, given)
    assert set(mistakes) == {"how=often", "n", "where"}
    assert "20" in mistakes["where"]
    summary = summary_of_mistakes(site_made, mistakes, "en")
    assert summary is not None
    assert [line.target for line in summary.mistakes] == ["id_q1", "id_q2", "id_q3"]
    assert mistakes_in(site_made, given_from(QueryDict("q2=7.5&q3= "), site_made)) == {}
    assert summary_of_mistakes(site_made, {}, "en") is None
    drawn = questions(site_made, "en", mistakes=mistakes)
    assert "at most 20 letters" in drawn[2].control.html()
