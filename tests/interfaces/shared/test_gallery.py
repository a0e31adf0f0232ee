"""Every component is a trio of one name, hangs in the gallery, and draws safe markup."""

from __future__ import annotations

import inspect
import re
from html.parser import HTMLParser
from importlib import import_module
from pathlib import Path

import pytest
from django import forms
from django.template.loader import render_to_string
from django.test import Client as Browser
from django.test import override_settings
from django.utils import translation

import alongside.interfaces.shared as shared
from alongside.config import settings as shipped
from alongside.interfaces.shared.component import Component, flow, inline
from alongside.interfaces.shared.components.button import Button
from alongside.interfaces.shared.components.choice_list import ChoiceList
from alongside.interfaces.shared.components.error_summary import ErrorSummary
from alongside.interfaces.shared.components.field import Field, FieldKind
from alongside.interfaces.shared.components.notice import Notice
from alongside.interfaces.shared.components.sign_in_form import SignInForm
from alongside.interfaces.shared.components.table import Column, Row, Table
from alongside.interfaces.shared.components.undo_notice import UndoNotice
from alongside.interfaces.shared.components.you_said import YouSaid
from alongside.interfaces.shared.gallery.page import gallery, gallery_page
from tests.factories.clinic import small_clinic
from tests.factories.rows import change

HOME = Path(shared.__file__).parent
NAMES = sorted(path.stem for path in (HOME / "components").glob("[!_]*.py"))
EXHIBITS = gallery()
VOID = {"input", "br", "meta", "link", "hr", "path", "circle", "rect", "img"}


class Markup(HTMLParser):
    """Collects ids, forbidden attributes and tags that are not closed in order."""

    def __init__(self) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.forbidden: list[str] = []
        self.open: list[str] = []
        self.misplaced: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        self.ids += [values["id"] or ""] if "id" in values else []
        self.forbidden += [n for n in values if n == "style" or n.startswith("on")]
        if tag in {"style", "iframe"} or (tag == "script" and not values.get("src")):
            self.forbidden.append(tag)
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID:
            return
        if not self.open or self.open.pop() != tag:
            self.misplaced.append(tag)


def markup_of(html: str) -> Markup:
    """The markup, read to its end."""
    markup = Markup()
    markup.feed(html)
    markup.close()
    return markup


def page_html(theme: str = "") -> str:
    """The gallery as a page."""
    page = gallery_page(theme=theme)
    return render_to_string(
        "shared/gallery.html", {"page": page, "theme": page.theme, "demo": True}
    )


@pytest.mark.parametrize("name", NAMES)
def test_a_component_is_a_value_a_template_and_a_stylesheet_of_one_name(name: str) -> None:
    assert (HOME / "templates/shared/components" / f"{name}.html").is_file()
    assert (HOME / "static/shared/components" / f"{name}.css").is_file()
    module = import_module(f"alongside.interfaces.shared.components.{name}")
    values = [
        value
        for _, value in inspect.getmembers(module, inspect.isclass)
        if issubclass(value, Component) and value.__module__ == module.__name__
    ]
    assert [value.__name__ for value in values] == ["".join(map(str.capitalize, name.split("_")))]
    assert values[0].__dataclass_params__.frozen  # type: ignore[attr-defined]


def test_no_template_or_stylesheet_is_without_its_value() -> None:
    assert sorted(p.stem for p in (HOME / "templates/shared/components").iterdir()) == NAMES
    assert sorted(p.stem for p in (HOME / "static/shared/components").iterdir()) == NAMES


def test_every_component_hangs_in_the_gallery() -> None:
    assert sorted({exhibit.component for exhibit in EXHIBITS}) == NAMES


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("exhibit", EXHIBITS, ids=lambda e: f"{e.component}-{e.state}")
def test_an_exhibit_draws_well_formed_markup_that_the_policy_allows(exhibit, language) -> None:  # type: ignore[no-untyped-def]
    with translation.override(language):
        html = exhibit.value.html(csrf_token="token")
    markup = markup_of(html)
    assert html.strip()
    assert markup.forbidden == []
    assert markup.misplaced == []
    assert markup.open == []


def test_the_gallery_is_a_page_without_a_doubled_id() -> None:
    markup = markup_of(page_html())
    assert len(markup.ids) > 80
    assert sorted(markup.ids) == sorted(set(markup.ids))
    assert markup.open == []


def test_the_gallery_hangs_in_the_light_that_is_asked_for() -> None:
    assert '<html lang="en" dir="ltr" data-theme="dark">' in page_html("dark")
    assert "data-theme=" not in page_html("<script>").split(">", 2)[1]


@pytest.mark.parametrize("name", ["400", "403", "403_csrf", "404", "429", "500"])
def test_a_page_for_a_mistake_needs_no_request_and_leads_to_help(name: str) -> None:
    html = render_to_string(f"{name}.html")
    markup = markup_of(html)
    assert (markup.forbidden, markup.misplaced, markup.open) == ([], [], [])
    assert re.search(r'<a class="help-button" href="/help/">.*?Help now</a>', html)
    assert "<h1>" in html


def test_words_are_escaped_wherever_they_come_from() -> None:
    bad = "<script>alert(1)</script>"
    table = Table("t", (Column("a"), Column(bad)), (Row((bad, (bad, Button(bad)))),))
    for value in (
        Notice(bad, (bad, bad)),
        YouSaid(bad, change=bad),
        Button(bad, href=f'"{bad}'),
        table,
    ):
        assert "<script" not in str(value)
    assert "&lt;script" in flow((bad, Button("x")))
    assert "&lt;script" in inline(bad)


def test_an_undo_carries_the_token_and_without_one_it_cannot_be_sent() -> None:
    assert 'name="csrfmiddlewaretoken" value="abc"' in UndoNotice("Done", "/undo").html(
        csrf_token="abc"
    )


class BookingForm(forms.Form):
    """A form with one of each kind."""

    who = forms.CharField(max_length=40, help_text="As on the list.")
    day = forms.DateField(widget=forms.DateInput)
    why = forms.CharField(widget=forms.Textarea, required=False)
    where = forms.ChoiceField(choices=[("", "—"), ("a", "Here")])
    ways = forms.MultipleChoiceField(
        choices=[("s", "Text"), ("m", "Mail")], widget=forms.CheckboxSelectMultiple
    )
    how = forms.ChoiceField(choices=[("f", "On foot"), ("b", "Bus")], widget=forms.RadioSelect)
    sure = forms.BooleanField(label="I am sure")


def test_fields_come_from_a_django_form_with_their_mistakes() -> None:
    form = BookingForm({"who": "x" * 41, "day": "soon", "ways": ["m"], "where": "a"})
    fields = {name: Field.of(form[name]) for name in ("who", "day", "why", "where")}
    assert [field.kind for field in fields.values()] == [
        FieldKind.TEXT,
        FieldKind.DATE,
        FieldKind.TEXTAREA,
        FieldKind.SELECT,
    ]
    assert fields["who"].described_by == "id_who-hint id_who-error"
    assert fields["day"].value == "soon"
    assert not fields["why"].is_required
    assert 'value="a" selected' in str(fields["where"])
    ways, how, sure = (ChoiceList.of(form[name]) for name in ("ways", "how", "sure"))
    assert ways.is_multiple
    assert ways.chosen == ("m",)
    assert sure.chosen == ()
    assert [mistake.target for mistake in ErrorSummary.of(form).mistakes] == [
        "id_who",
        "id_day",
        "id_how",
        "id_sure",
    ]
    html = "".join(str(part) for part in (*fields.values(), ways, how, sure))
    for target in ("id_who", "id_day", "id_how", "id_sure"):
        assert f'id="{target}"' in html


def test_a_password_is_never_sent_back() -> None:
    class Door(forms.Form):
        username = forms.CharField()
        password = forms.CharField(widget=forms.PasswordInput(render_value=True))

    form = SignInForm.of(Door({"username": "sam", "password": "secret"}), next_url="/home/")
    html = form.html(csrf_token="abc")
    assert "secret" not in html
    assert 'autocomplete="current-password"' in html
    assert re.search(r'name="next" value="/home/"', html)


@pytest.mark.django_db
def test_in_a_clinic_the_gallery_is_not_there() -> None:
    with override_settings(GALLERY=shipped.GALLERY):
        clinic = small_clinic().clinic
        assert Browser().get("/gallery/").status_code == 404
        change(clinic, is_demo=True)
        assert Browser().get("/gallery/").status_code == 200
