"""The promise about words: plain enough for grade 6, in both languages, and none that hurts."""

from __future__ import annotations

import re
import socket
from fnmatch import fnmatch

import pytest

from tests.promises.plain_words import (
    HIGHEST_GRADE_EN,
    LevelES,
    grade_en,
    is_plain,
    level_es,
    n_words,
    readable_text,
)
from tests.promises.stigma import STIGMA_EN, STIGMA_ES, stigma_in
from tests.promises.visible_text import (
    all_visible_text,
    client_instruments,
    in_messages,
    in_python,
    in_templates,
    text_of_template,
)

# Where a term may stand all the same, and why: (place, term, reason).
ALLOWED: list[tuple[str, str, str]] = []


def is_allowed(place: str, term: str) -> bool:
    """Whether a term may stand in a place."""
    return any(fnmatch(place, where) and term.lower() == what for where, what, _ in ALLOWED)


# No word that hurts ----------------------------------------------------------------------------


def test_no_word_that_hurts_stands_where_someone_may_read_it() -> None:
    texts = list(all_visible_text())
    hits = [
        f"{place}: “{term}” in {' '.join(text.split())[:80]!r}"
        for place, text in texts
        for term in stigma_in(text)
        if not is_allowed(place, term)
    ]
    assert len(texts) > 100
    assert hits == []


def test_each_exception_is_still_needed() -> None:
    found = {
        (place, term.lower()) for place, text in all_visible_text() for term in stigma_in(text)
    }
    idle = [
        (where, what)
        for where, what, _ in ALLOWED
        if not any(fnmatch(place, where) and term == what for place, term in found)
    ]
    assert idle == []


@pytest.mark.parametrize(
    ("text", "term"),
    [
        ("He is an addict.", "addict"),
        ("recovering ADDICTS", "ADDICTS"),
        ("substance abuse", "abuse"),
        ("You have been clean for 9 days", "clean"),
        ("a dirty urine", "dirty"),
        ("after your relapse", "relapse"),
        ("marked non-compliant", "non-compliant"),
        ("an alcoholic", "alcoholic"),
        ("drug users", "drug users"),
        ("kick the habit", "habit"),
        ("Usted es un adicto", "adicto"),
        ("una toxicómana", "toxicómana"),
        ("lleva 9 días limpio", "limpio"),
        ("orina sucia", "sucia"),
        ("tras su recaída", "recaída"),
        ("abuso de sustancias", "abuso"),
        ("usuarios de drogas", "usuarios de drogas"),
    ],
)
def test_words_that_hurt_are_found(text: str, term: str) -> None:
    assert stigma_in(text) == [term]


@pytest.mark.parametrize(
    "text",
    [
        "a person with a substance use disorder, in treatment for addiction",
        "return to use; a positive screen",
        "the cleaner came; a clean-up; cleaned_data; inhabitants; addition",
        "una persona con un trastorno por uso de sustancias; volver a consumir",
        "limpieza, habitual, habitación, local, lavabos",
    ],
)
def test_words_that_do_not_hurt_pass(text: str) -> None:
    assert stigma_in(text) == []


@pytest.mark.parametrize("term", [*STIGMA_EN, *STIGMA_ES])
def test_every_term_is_a_pattern_that_matches_something(term: str) -> None:
    """A slip in a pattern ("recat?ida?") would let its word through unseen."""
    plain = re.sub(r"\(\?:([^()|]*)[^()]*\)\??", r"\1", term)
    plain = re.sub(r"\(\?:([^()|]*)[^()]*\)\??", r"\1", plain)
    plain = re.sub(r"\[(.)[^\]]*\]\??", r"\1", plain).replace("?", "")
    assert stigma_in(f"so {plain} so"), plain


def test_all_kinds_of_text_are_looked_at() -> None:
    template = "{# addict #}{% if addict %}<p class='clean' title='Seen'>Read</p>"
    assert " ".join(text_of_template(template)).split() == ["Seen", "Read"]
    for kind in (in_templates, in_messages, in_python):
        assert any(True for _ in kind()), kind.__name__


# Plain words ------------------------------------------------------------------------------------

PLAIN_EN = """Tell your therapist how today went. It takes less than a minute. You choose who sees
each answer. You can stop at any time and go on later. No one else reads what you write here."""
HARD_EN = """The administration of standardised questionnaires facilitates the identification of
symptomatic deterioration, necessitating individualised modification of therapeutic procedures."""
PLAIN_ES = """Dígale a su terapeuta cómo le fue hoy. Toma menos de un minuto. Usted elige quién ve
cada respuesta. Puede parar cuando quiera y seguir más tarde. Nadie más lee lo que escribe aquí."""
HARD_ES = """La administración de cuestionarios estandarizados posibilita la identificación temprana
del deterioro sintomatológico y la consiguiente adecuación del procedimiento terapéutico."""


def test_plain_texts_pass_and_hard_texts_fail() -> None:
    assert is_plain(PLAIN_EN, "en")
    assert is_plain(PLAIN_ES, "es")
    assert not is_plain(HARD_EN, "en")
    assert not is_plain(HARD_ES, "es")


def test_grades_are_those_of_the_published_formulas() -> None:
    # 18 words, 3 sentences, 21 syllables by the dictionary.
    text = "The boy ran to the old house. His mother was in the garden. She gave him some water."
    assert grade_en(text) == pytest.approx(0.39 * 18 / 3 + 11.8 * 21 / 18 - 15.59, abs=0.01)
    # 7 words, 1 sentence, 10 syllables: La ca-sa de mi ma-dre tie-ne luz (as hyphenated: 10).
    spanish = level_es("La casa de mi madre tiene luz.")
    assert spanish.fernandez_huerta == pytest.approx(206.84 - 60 * 10 / 7 - 1.02 * 7, abs=0.01)
    assert spanish.inflesz == pytest.approx(206.84 - 62.3 * 10 / 7 - 7, abs=0.01)


def test_a_level_needs_both_spanish_formulas() -> None:
    assert LevelES(fernandez_huerta=80, inflesz=75).is_plain
    assert not LevelES(fernandez_huerta=74, inflesz=75).is_plain
    assert not LevelES(fernandez_huerta=80, inflesz=69).is_plain


def test_measuring_fetches_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("the readability library wanted the network")

    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.setattr(socket, "create_connection", refuse)
    assert grade_en("We just made this one up for the test.") < HIGHEST_GRADE_EN
    assert level_es("Una frase con palabras que nadie ha medido antes de hoy.").fernandez_huerta > 0


def test_a_page_is_read_as_its_reader_does() -> None:
    html = """<!doctype html><html><head><title>Unseen</title></head><body>
    <h1>Good day</h1><script>unseen()</script><p>How <b>was</b> it?<br>Tell us</p>
    <ul><li>One thing<li>Two things</ul><label>Your name: <input value="x"></label>
    <div hidden>unseen <img> still unseen</div><span aria-hidden="true">unseen</span>
    <label>7</label><p translate="no">G3US-E7AT</p><time>10:30</time>
    <svg><title>unseen</title></svg><p>After all</p></body>"""
    assert readable_text(html).splitlines() == [
        "Good day.",
        "How was it?",
        "Tell us.",
        "One thing.",
        "Two things.",
        "Your name.",
        "After all.",
    ]


def test_our_instruments_ask_in_plain_words_and_in_both_languages() -> None:
    instruments = client_instruments()
    assert instruments
    for name, texts in instruments.items():
        assert len(texts["es"]) == len(texts["en"]), f"{name}: a text is not translated"
        for language, sentences in texts.items():
            text = "\n".join(s if s.endswith(("?", ".", "!")) else f"{s}." for s in sentences)
            level = level_es(text) if language == "es" else grade_en(text)
            assert n_words(text) >= 20
            assert is_plain(text, language), f"{name} in {language}: {level}"
