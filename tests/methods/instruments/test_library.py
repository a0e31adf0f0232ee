"""Our own instruments: complete in both languages, short, scored as they say."""

from __future__ import annotations

from pathlib import Path

import pytest

import alongside
from alongside.methods.instruments.answers import Answer, complete_answers, visible_items
from alongside.methods.instruments.documents import canonical_json
from alongside.methods.instruments.fhir_questionnaire import (
    read_questionnaire,
    write_questionnaire,
)
from alongside.methods.instruments.questionnaire import Item, ItemType, Questionnaire
from alongside.methods.instruments.scoring import (
    InstrumentRole,
    Respondent,
    Score,
    Scoring,
    score_answers,
)
from alongside.methods.instruments.sidecar import read_scoring
from alongside.methods.instruments.sidecar_check import check_scoring, needs_attestation
from alongside.methods.vocabulary.translated import Translated

LIBRARY = Path(alongside.__file__).parent / "clinic" / "instruments" / "library"
NAMES = ("visit-feedback", "visit-feedback-therapist", "weekly-check")
MOST_LETTERS_OF_A_QUESTION = 120


def instrument(name: str) -> tuple[Questionnaire, Scoring]:
    return (
        read_questionnaire((LIBRARY / f"{name}.questionnaire.json").read_bytes()),
        read_scoring((LIBRARY / f"{name}.scoring.json").read_bytes()),
    )


def test_every_file_of_the_library_belongs_to_an_instrument_that_is_tested_here() -> None:
    assert sorted(path.name for path in LIBRARY.glob("*.json")) == sorted(
        f"{name}.{kind}.json" for name in NAMES for kind in ("questionnaire", "scoring")
    )


@pytest.mark.parametrize("name", NAMES)
def test_each_fits_its_scoring_is_ours_and_says_that_it_is_not_yet_validated(name: str) -> None:
    questionnaire, scoring = instrument(name)
    check_scoring(questionnaire, scoring)
    assert not scoring.is_validated
    assert scoring.label.default == "Not yet validated"
    assert not needs_attestation(questionnaire, scoring)
    assert scoring.main_scale is not None
    assert (scoring.main_scale.lowest, scoring.main_scale.highest) == (0, 100)
    again = read_questionnaire(canonical_json(write_questionnaire(questionnaire)))
    assert again == questionnaire


@pytest.mark.parametrize("name", NAMES)
def test_every_text_is_there_in_spanish(name: str) -> None:
    questionnaire, scoring = instrument(name)
    texts = [questionnaire.title, scoring.label, *(scale.title for scale in scoring.scales)]
    texts += [scoring.facet_title(facet) for facet in scoring.facets]
    for item in questionnaire.all_items:
        texts.append(item.text)
        texts += [label for label in (item.low_label, item.high_label) if label]
    for text in texts:
        assert text.languages == ("es",)
        assert text.in_language("es") != text.default
        assert len(text.default) <= MOST_LETTERS_OF_A_QUESTION
        assert len(text.in_language("es")) <= MOST_LETTERS_OF_A_QUESTION


@pytest.mark.parametrize("name", NAMES)
def test_every_rating_is_a_row_of_boxes_with_words_at_both_ends(name: str) -> None:
    ratings = [q for q in instrument(name)[0].questions if q.type is ItemType.INTEGER]
    assert ratings
    for rating in ratings:
        assert len(rating.boxes) in (8, 11)
        assert rating.low_label is not None
        assert rating.high_label is not None


@pytest.mark.parametrize("name", NAMES)
def test_no_title_gives_away_what_kind_of_clinic_it_is(name: str) -> None:
    title = instrument(name)[0].title
    words = f"{title.default} {title.in_language('es')}".lower()
    for word in ("therap", "terap", "alcohol", "drug", "drog", "use", "treat", "trata"):
        assert word not in words


def taps(questionnaire: Questionnaire, answers: list[Answer]) -> list[Item]:
    shown = visible_items(questionnaire, answers)
    return [item for item in shown if item.type in (ItemType.INTEGER, ItemType.BOOLEAN)]


def test_visit_feedback_takes_at_most_seven_taps_and_one_to_send() -> None:
    questionnaire, scoring = instrument("visit-feedback")
    assert (scoring.role, scoring.respondent) == (InstrumentRole.ALLIANCE, Respondent.CLIENT)
    assert len(taps(questionnaire, [])) == 7
    assert not any(item.required for item in questionnaire.questions)


def test_the_respect_questions_come_only_after_a_yes_and_never_count() -> None:
    questionnaire, scoring = instrument("visit-feedback")
    flag, text, supervisor, relief = (
        scoring.item_with_role(role)
        for role in ("respect_flag", "respect_text", "respect_supervisor", "relief")
    )
    assert flag is not None
    hidden = {item.link_id for item in visible_items(questionnaire, [])}
    assert not {text, supervisor} & hidden
    yes = [Answer.answered(flag, True)]
    shown = {item.link_id for item in visible_items(questionnaire, yes)}
    assert {text, supervisor} <= shown
    main = scoring.main_scale
    assert main is not None
    scored = {item.link_id for item in main.items}
    assert not scored & {flag, text, supervisor, relief}


def test_visit_feedback_scores_ten_times_the_mean_of_at_least_four() -> None:
    questionnaire, scoring = instrument("visit-feedback")
    given = [Answer.answered(f"A{n}", value) for n, value in ((1, 7), (2, 8), (3, 9), (5, 7))]
    answers = complete_answers(questionnaire, [*given, Answer.answered("B1", -5)])
    assert score_answers(questionnaire, scoring, answers)["alliance"] == Score(
        77.5, 4, 5, 0.0, 100.0
    )


def test_client_and_therapist_rate_the_same_facets_in_the_same_order() -> None:
    client, therapist = instrument("visit-feedback")[1], instrument("visit-feedback-therapist")[1]
    assert client.facets == therapist.facets
    assert therapist.respondent is Respondent.THERAPIST
    assert client.facets == ("safety", "heard", "direction", "way_of_working", "return")


def test_the_weekly_check_is_short_and_marks_its_figures_as_assumed() -> None:
    questionnaire, scoring = instrument("weekly-check")
    assert len(questionnaire.questions) <= 10
    main = scoring.main_scale
    assert main is not None
    assert main.norms is not None
    assert main.norms.is_assumed
    assert main.reliability is not None
    assert main.reliability.is_assumed
    assert "assumed for planning, not measured" in (main.norms.source, main.reliability.source)


@pytest.mark.parametrize("days_off_goal", range(8))
def test_the_weekly_check_counts_days_against_the_goal_and_not_days_of_use(
    days_off_goal: int,
) -> None:
    questionnaire, scoring = instrument("weekly-check")
    use_days = scoring.item_with_role("use_days")
    assert use_days is not None
    text: Translated = questionnaire.question(use_days).text
    assert "goal" in text.default
    assert "meta" in text.in_language("es")
    best = {"W1": 10, "W3": 0, "W4": 10, "W5": 10, "W6": 10, "W7": 0, use_days: days_off_goal}
    answers = [Answer.answered(link_id, value) for link_id, value in best.items()]
    score = score_answers(questionnaire, scoring, answers)["week"]
    assert isinstance(score, Score)
    assert score.value == pytest.approx(100 - 100 * days_off_goal / 7 / 7)
