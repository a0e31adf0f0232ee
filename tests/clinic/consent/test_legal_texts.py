"""The legal texts convey what the rule wants said, in both languages, and say how current they are.

The trap: wording from before 2024 is still copied. It lacks the ban on proceedings and testimony,
and has a paragraph that identifies a patient "as having or having had" a disorder.
"""

from __future__ import annotations

from datetime import date

import pytest

from alongside.clinic.consent.form import Statement
from alongside.clinic.consent.legal_texts import NoSuchText, legal_text, names_of_texts

BOTH = ("en", "es")
MARKERS = {
    "notice-long": {
        "en": (
            *("42 CFR part 2", "testimony", "civil, criminal, administrative or legislative"),
            *("federal, state or local authority", "against the patient", "2.12(c)(5)", "2.64"),
            *("2.65", "(i)", "(ii)", "(iii)", "covered entity", "business associate"),
            *("treatment, payment or health care operations", "HIPAA"),
            "general authorization to release medical or other information is not sufficient",
        ),
        "es": (
            *("42 CFR parte 2", "testimonio", "civil, penal, administrativo o legislativo"),
            *("federal, estatal o local", "contra el paciente", "2.12(c)(5)", "2.64", "2.65"),
            *("(i)", "(ii)", "(iii)", "entidad cubierta", "socio comercial", "HIPAA"),
            *("tratamiento, pago u operaciones de atención médica", "autorización general"),
        ),
    },
    "notice-short": {"en": ("42 CFR part 2", "use or disclosure"), "es": ("42 CFR parte 2", "uso")},
    "right-to-revoke": {
        "en": ("take this consent back", "in writing", "relied on"),
        "es": ("retirar este permiso", "por escrito", "confió"),
    },
    "all-care-redisclosure": {
        "en": ("pass it on", "HIPAA", "lose the protection", "proceeding", "against me"),
        "es": ("pasarlo a otros", "HIPAA", "perder la protección", "proceso", "contra mí"),
    },
    "all-care-refusal": {"en": ("do not have to sign",), "es": ("No tengo que firmar",)},
    "not-a-condition": {"en": ("do not depend",), "es": ("no dependen",)},
}
OLD_WORDING = (
    "as having or having had",
    "que tiene o ha tenido",
    "prohibit you from making any further disclosure",
    "unless further disclosure is expressly permitted",
)


@pytest.mark.parametrize("name", names_of_texts())
def test_a_text_is_in_both_languages_and_says_how_current_it_is(name: str) -> None:
    text = legal_text(name)
    assert text.version >= 1 and text.rule.startswith("42 CFR 2.")
    assert text.current_to == (date(2026, 6, 10), date(2026, 7, 14))
    assert not text.is_verified, "a lawyer's name belongs beside this, in a decision"
    words = {language: text.words.in_language(language) for language in BOTH}
    assert len(words["en"]) > 40 and len(words["es"]) > 40 and words["en"] != words["es"]


def test_every_statement_of_a_form_has_its_text() -> None:
    assert {str(statement) for statement in Statement} <= set(names_of_texts())


def lacking(name: str, language: str, words: str) -> list[str]:
    return [marker for marker in MARKERS[name][language] if marker not in words]


@pytest.mark.parametrize("language", BOTH)
@pytest.mark.parametrize("name", MARKERS)
def test_a_text_conveys_the_facts_of_its_rule(name: str, language: str) -> None:
    words = legal_text(name).words.in_language(language)
    assert lacking(name, language, words) == []


@pytest.mark.parametrize("name", names_of_texts())
def test_no_text_has_the_wording_of_before_2024(name: str) -> None:
    for language in BOTH:
        words = legal_text(name).words.in_language(language).casefold()
        assert [old for old in OLD_WORDING if old.casefold() in words] == []


def test_control_the_wording_of_before_2024_would_be_found() -> None:
    old = (
        "42 CFR part 2 prohibits unauthorized disclosure of these records. The federal rules "
        "prohibit you from making any further disclosure of information that identifies a patient "
        "as having or having had a substance use disorder."
    )
    assert [each for each in OLD_WORDING if each in old]
    assert "testimony" in lacking("notice-long", "en", old)
    assert lacking("notice-short", "en", old) == ["use or disclosure"]


def test_a_text_that_is_not_there_is_not_found() -> None:
    with pytest.raises(NoSuchText):
        legal_text("../right-to-revoke")
