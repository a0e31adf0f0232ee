"""The promise that nobody is left out by language: the Spanish catalogue is whole and fresh."""

from __future__ import annotations

import ast
import gettext
import re
from pathlib import Path

import pytest
from babel.messages.catalog import Message

from tools import messages
from tools.messages import Found, as_text, extract, in_python, in_template, problems_of, renewed

PYTHON = '''
from django.utils.translation import gettext_lazy as _, ngettext, npgettext, pgettext

class AlongsideError(Exception):
    """Something went wrong."""

class OutOfRange(AlongsideError):
    """{link_id} has to be between
    {lowest} and {highest}."""

class Quiet(Exception):
    """A docstring that nobody reads."""

title = _("Your next " "visit")
days = ngettext("%(n)s day", "%(n)s days", 3)
month = pgettext("month name", "May")
both = npgettext("on the board", "one client", "many clients", 2)
told = _(title)
'''
TEMPLATE = """{% load i18n %}<h1>{% translate "Good day" %}</h1>
<a title="{% trans 'Help' context 'noun' %}">{{ name|default:_("Somebody") }}</a>
{% blocktranslate trimmed with day=visit.day %}
  See you on {{ day }}, 100% sure
{% endblocktranslate %}
{% blocktranslate count n=n %}{{ n }} answer{% plural %}{{ n }} answers{% endblocktranslate %}
{% comment %}{% translate "Never shown" %}{% endcomment %}"""


def test_python_gives_up_its_messages() -> None:
    assert set(in_python(ast.parse(PYTHON))) == {
        Found("Your next visit"),
        Found("%(n)s day", "%(n)s days"),
        Found("May", "", "month name"),
        Found("one client", "many clients", "on the board"),
    }


def test_templates_give_up_their_messages() -> None:
    assert set(in_template(TEMPLATE, "page.html")) == {
        Found("Good day"),
        Found("Help", "", "noun"),
        Found("Somebody"),
        Found("See you on %(day)s, 100%% sure"),
        Found("%(n)s answer", "%(n)s answers"),
    }


def test_the_docstring_of_every_exception_is_a_message() -> None:
    assert messages.spoken_sentences([ast.parse(PYTHON)]) == {
        "Something went wrong.",
        "{link_id} has to be between {lowest} and {highest}.",
    }


@pytest.mark.parametrize(
    ("original", "translated", "problem"),
    [
        ("Hello", "", "has no translation"),
        ("On %(day)s", "El día", "leaves out %(day)s"),
        ("On %(day)s", "El %(dia)s", "has %(dia)s, which the original has not"),
        ("{n} of {total}", "{n} de muchos", "leaves out {total}"),
        ("Hello\n", "Hola", "begins or ends with a line break"),
        (("%(n)s day", "%(n)s days"), ("un día", "días"), "leaves out %(n)s"),
        (("%(n)s day", "%(n)s days"), ("un día", ""), "has no translation"),
    ],
)
def test_a_faulty_translation_is_named(
    original: str | tuple[str, str], translated: str | tuple[str, str], problem: str
) -> None:
    found = list(problems_of(Message(original, translated)))
    assert any(problem in line for line in found), found


def test_a_sound_translation_passes() -> None:
    assert not list(problems_of(Message(("%(n)s day", "%(n)s days"), ("un día", "%(n)s días"))))
    assert not list(problems_of(Message("100%% of {n:.1f}", "el 100%% de {n:.1f}")))


def test_a_doubtful_translation_is_named() -> None:
    assert list(problems_of(Message("Hello", "Hola", flags=["fuzzy"]))) == ["is marked fuzzy"]


@pytest.fixture
def locale(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A catalogue of its own for one test, with two messages, one of them translated."""
    monkeypatch.setattr(messages, "LOCALE", tmp_path)
    monkeypatch.setattr(messages, "ROOT", tmp_path)
    found = {Found("Help"), Found("%(n)s day", "%(n)s days"), Found("May", "", "month")}
    monkeypatch.setattr(messages, "extract", lambda: found)
    path = messages.catalogue_path("es")
    path.parent.mkdir(parents=True)
    path.write_text('msgid ""\nmsgstr ""\n\nmsgid "Help"\nmsgstr "Ayuda"\n', encoding="utf-8")
    return path


def test_an_update_keeps_translations_and_a_second_one_changes_nothing(locale: Path) -> None:
    assert messages.check() == 1
    messages.update()
    text = locale.read_text(encoding="utf-8")
    assert 'msgid "Help"\nmsgstr "Ayuda"' in text
    assert text.index("days") < text.index("Help") < text.index("May")
    assert "#:" not in text
    assert "Date" not in text
    messages.update()
    assert locale.read_text(encoding="utf-8") == text
    assert messages.check() == 1, "two messages are still to translate"


def test_a_whole_catalogue_passes_and_speaks(locale: Path) -> None:
    messages.update()
    text = locale.read_text(encoding="utf-8")
    text = text.replace('msgid "May"\nmsgstr ""', 'msgid "May"\nmsgstr "mayo"')
    text = text.replace('msgstr[0] ""\nmsgstr[1] ""', 'msgstr[0] "un día"\nmsgstr[1] "%(n)s días"')
    locale.write_text(text, encoding="utf-8")

    assert messages.check() == 0
    messages.compile_catalogues()

    with locale.with_suffix(".mo").open("rb") as file:
        spanish = gettext.GNUTranslations(file)
    assert spanish.gettext("Help") == "Ayuda"
    assert spanish.pgettext("month", "May") == "mayo"
    assert spanish.ngettext("%(n)s day", "%(n)s days", 2) == "%(n)s días"


def test_a_message_that_is_no_longer_said_is_stale(locale: Path) -> None:
    messages.update()
    problems = messages.problems_with("es", {Found("Help")})
    assert sum(problem.startswith("stale") for problem in problems) == 2


def test_the_house_speaks_and_its_refusals_are_among_it() -> None:
    found = extract()
    assert Found("Something went wrong that Alongside cannot name.") in found
    assert as_text(renewed("es", found)).count("msgid ") == len(found) + 1


def test_english_is_written_with_one_apostrophe() -> None:
    straight = [
        text
        for found in sorted(extract())
        for text in (found.singular, found.plural)
        if re.search(r"\w'(\w|\s)", text)
    ]
    assert straight == []
