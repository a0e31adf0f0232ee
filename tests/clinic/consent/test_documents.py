"""A document is a tagged PDF that says what it was given, runs nothing and hides nothing."""

from __future__ import annotations

import traceback
from datetime import UTC, datetime

import pytest

from alongside.clinic.consent import documents
from alongside.clinic.consent.documents import (
    CannotPrint,
    Document,
    Facts,
    Grid,
    Lines,
    Section,
)
from tests.pdf_text import everything_in_pdf, text_of_pdf

MADE_AT = datetime(2026, 3, 2, 9, tzinfo=UTC)


def one(*blocks: object, language: str = "en") -> Document:
    return Document(
        "A paper",
        language,
        (Section("A part", tuple(blocks)),),
        ("A mark",),
        "A foot",  # type: ignore[arg-type]
    )


def test_all_that_was_given_stands_in_it() -> None:
    document = one(
        "A paragraph.",
        Facts((("A name", "A value"),)),
        Lines(("One point", "Another")),
        Grid("A table", ("When", "What"), (("2 March", "held"), ("9 March", "missed"))),
    )
    text = text_of_pdf(document.pdf(MADE_AT))
    for words in (
        *("A paper", "A part", "A paragraph.", "A name", "A value", "One point", "Another"),
        *("A table", "When", "What", "2 March", "held", "missed", "A mark", "A foot", "1 of 1"),
    ):
        assert words in text, words


def test_it_is_tagged_for_screen_readers_and_names_its_language() -> None:
    pdf = one("Hola.", Grid("T", ("A", "B"), (("1", "2"),)), language="es").pdf(MADE_AT)
    for mark in (
        *(b"/Marked true", b"/Lang(es)", b"/S/H1", b"/S/H2", b"/S/Table", b"/S/TH", b"/S/Caption"),
        *(b"pdfuaid:part", b"/Title(A paper)"),
    ):
        assert mark in pdf, mark


@pytest.mark.parametrize(
    "text",
    [
        '#panic(1) #import "x.typ" #read("/etc/passwd")',
        "$a^2$ *bold* _it_ `raw` = Heading @ref <label> \\ // /* */",
        "<script>alert(1)</script> & {{ 7*7 }} {% load x %}",
        "\"quoted\" 'single' \u201ccurly\u201d – — …",
        "áéíóú ñ ¿¡ ÀÇ Łódź Ζωή Привет",
    ],
)
def test_words_are_words_and_never_source(text: str) -> None:
    assert text.replace(" ", "") in text_of_pdf(one(text).pdf(MADE_AT)).replace(" ", "").replace(
        "\n", ""
    )


def test_a_sign_that_no_font_has_is_named() -> None:
    text = text_of_pdf(one("I feel 🙂 today.").pdf(MADE_AT)).replace("\n", " ")
    assert "I feel [slightly smiling face] today." in text


def test_signs_that_print_nothing_are_left_out() -> None:
    assert "Bell and null." in text_of_pdf(one("Bell\x07 and \x00null.").pdf(MADE_AT))


def test_the_same_document_is_the_same_bytes() -> None:
    document = one("Words.", Lines(("a", "b")))
    assert document.pdf(MADE_AT) == document.pdf(MADE_AT)
    assert document.pdf(MADE_AT) != one("Other words.", Lines(("a", "b"))).pdf(MADE_AT)


def test_what_cannot_be_printed_is_refused_without_its_words(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Broken:
        def read_bytes(self) -> bytes:
            return b"#panic(sys.inputs.data)"

    monkeypatch.setattr(documents, "TEMPLATE", Broken())
    with pytest.raises(CannotPrint) as problem:
        one("CANARY").pdf(MADE_AT)
    told = "".join(traceback.format_exception(problem.value))
    assert "CANARY" not in told.replace('one("CANARY")', "")


def test_control_the_reader_of_pdfs_finds_text_and_metadata() -> None:
    pdf = one("Zebra 27 ñandú.").pdf(MADE_AT)
    assert "Zebra 27 ñandú." in text_of_pdf(pdf)
    assert "A paper" in everything_in_pdf(pdf) and "Typst" in everything_in_pdf(pdf)
    assert "Giraffe" not in everything_in_pdf(pdf)
