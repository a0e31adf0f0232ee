"""The promise: what a stranger can see says nothing of what it is about (A11).

A stranger sees letters on a lock screen, titles of tabs and addresses in a history, the name of the
icon on a phone, the name under a passkey, a sheet of paper left on a table, and every page that
stands there before somebody has unlocked it. What this does not cover: somebody who looks on while
a page is open, and pages of staff, which stand on the clinic's own devices.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from itertools import product
from pathlib import Path

import pytest
import time_machine
from django.conf import settings
from django.test import Client as Browser
from django.test import override_settings
from django.urls import get_resolver
from django.utils import timezone, translation

from alongside.clinic.audit.actor import OPERATOR
from alongside.clinic.audit.checkpoints import sign_when_due
from alongside.clinic.audit.signing import make_key
from alongside.clinic.credentials.keys import app_address, new_app_secret
from alongside.clinic.feedback import clock
from alongside.clinic.outbox.models import Channel, Message
from alongside.clinic.outbox.senders import Letter
from alongside.clinic.people.actions import add_client, take_into_care
from alongside.clinic.people.models import Clinic
from alongside.interfaces.shared.entrance.passkeys import site_of
from tests.factories.clinic import SmallClinic, small_clinic
from tests.factories.rows import change
from tests.promises import figures
from tests.promises.plain_words import readable_text
from tests.promises.whole_pages import Seen, all_routes, walked_in

pytestmark = [pytest.mark.django_db, figures.patience(sample=300, full=600)]
HERE = Path(__file__).parent
LANGUAGES = ("en", "es")
FEWEST_TERMS = 60
CLIENTS_VIEWS = "alongside.interfaces.client."
# Pages that stand there before anybody has shown who they are.
AT_THE_DOOR = ("sign-in/", "begin/", "unlock/", "calendar/", "kept", "back/", "comeback/", "keep/")
SENDERS = {"feedback_invitation", "audit_receipt"}
"""Every kind of message that leaves the house; one that is not here fails."""


@dataclass(frozen=True)
class Outward:
    """One text that a stranger may see, and where it stands."""

    where: str
    text: str
    language: str


@cache
def lexicon(language: str) -> tuple[re.Pattern[str], ...]:
    """The terms of a language, each as a pattern of whole words."""
    lines = (HERE / f"lexicon_{language}.txt").read_text(encoding="utf-8").splitlines()
    terms = [plain(line.strip()) for line in lines if line.strip() and not line.startswith("#")]
    return tuple(
        re.compile(r"\b" + re.escape(term).replace(r"\*", r"\w*") + r"\b") for term in terms
    )


def plain(text: str) -> str:
    """The text in small letters and without accents."""
    apart = unicodedata.normalize("NFD", text.casefold())
    return "".join(sign for sign in apart if not unicodedata.combining(sign))


def hits(texts: Iterable[Outward]) -> list[str]:
    """Every term of its language that stands in a text."""
    return [
        f"{each.language} {each.where}: {found.group()!r} in {each.text!r}"
        for each in texts
        for term in lexicon(each.language)
        if (found := term.search(plain(each.text)))
    ]


class Post:
    """Keeps every letter that leaves."""

    def __init__(self) -> None:
        self.letters: list[Letter] = []

    def send(self, letter: Letter, *, now: object) -> None:
        self.letters.append(letter)


def letters(clinic: SmallClinic) -> Iterator[Outward]:
    """Every kind of letter, to clients of both languages, by text message and by e-mail."""
    post = Post()
    reached = ({"phone": "+1 555 0199"}, {"email": "zoe@example.org"})
    for number, (language, by) in enumerate(product(LANGUAGES, reached)):
        client = add_client(
            code=f"C-{number + 7}",
            display_name="Zoe",
            language=language,
            by=OPERATOR,
            now=clinic.now,
            **by,
        )
        take_into_care(
            client=client,
            therapist=clinic.dana,
            starts_on=clinic.now.date(),
            by=OPERATOR,
            now=clinic.now,
        )
        clinic.visit(client)
        clock.turn(sender=post, worker="one", now=clinic.now)
    with override_settings(WITNESS_EMAIL="officer@example.org"):
        for language in LANGUAGES:
            Clinic.objects.update(language=language)
            sign_when_due(now=clinic.now)
            clock.turn(sender=post, worker="one", now=clinic.now)
            clinic.now += timedelta(days=1)
    sent = set(Message.objects.filter(state="sent").values_list("kind", flat=True))
    assert sent == SENDERS == set(Message.objects.values_list("kind", flat=True))
    channels = {(each.channel, each.language) for each in post.letters}
    assert {(channel, language) for channel in Channel for language in LANGUAGES} <= channels
    for letter in post.letters:
        words = re.sub(r"https?://\S+", "", letter.body).partition("\n\n")[0]
        for part, text in (("subject", letter.subject), ("body", words)):
            yield Outward(f"letter, {letter.channel}, {part}", text, letter.language)
        yield Outward("sender", settings.DEFAULT_FROM_EMAIL, letter.language)


def titles(pages: Iterable[Seen]) -> Iterator[Outward]:
    """What a tab and a history say of every page that somebody else than staff sees."""
    for page in pages:
        if page.is_the_clients or page.reader == "passer-by":
            title = re.search(r"<title>(.*?)</title>", page.html, re.DOTALL)
            assert title, page.address
            yield Outward(f"title of /{page.route}", title[1], page.language)


def doors(pages: Iterable[Seen]) -> Iterator[Outward]:
    """What stands on a page before somebody has shown who they are."""
    for page in pages:
        if page.route.startswith(AT_THE_DOOR) and page.reader != "therapist":
            yield Outward(f"/{page.route}", readable_text(page.html), page.language)


def addresses() -> Iterator[Outward]:
    """The fixed parts of every address that stands in a client's history."""
    for route, view in all_routes(get_resolver()):
        module = getattr(view, "__module__", "")
        if module.startswith(CLIENTS_VIEWS) or ".entrance." in module:
            words = re.sub(r"<[^>]*>|[/_-]", " ", route)
            for language in LANGUAGES:
                yield Outward(f"address {route}", words, language)


def on_the_phone(clinic: SmallClinic, language: str) -> Iterator[Outward]:
    """The icon, the passkey, the app with codes, and the sheet that is handed over."""
    browser = Browser()
    browser.cookies["language"] = language
    manifest = browser.get("/site.webmanifest")
    yield Outward("manifest", manifest.content.decode(), language)
    with translation.override(language):
        yield Outward("passkey", site_of(manifest.wsgi_request).name, language)
        person = clinic.alma.person
        assert person is not None
        yield Outward("app", app_address(person, new_app_secret()), language)
    change(clinic.alma, language=language)
    dana = Browser()
    dana.force_login(clinic.dana)
    sheet = dana.post(f"/caseload/clients/{clinic.alma.public_id}/sign-in/").content.decode()
    part = sheet[sheet.index(f'<div class="stack" lang="{language}">') :].partition("</div>")[0]
    yield Outward("sheet", readable_text(f"<body>{part}</body>"), language)


@pytest.mark.promise
def test_what_a_stranger_sees_says_nothing() -> None:
    keys = Path(settings.KEYS_FOLDER)
    keys.mkdir(parents=True, exist_ok=True)
    make_key(keys)
    clinic = small_clinic(timezone.now() - timedelta(days=30))
    texts = [*letters(clinic), *addresses()]
    with time_machine.travel(clinic.now):
        for language in LANGUAGES:
            texts += on_the_phone(clinic, language)
    found = hits(texts)
    figures.record("A11", part="sent", found=len(found), of=len(texts), what="texts with a term")
    assert not found, "\n".join(found)


@pytest.mark.promise
@pytest.mark.parametrize("language", LANGUAGES)
def test_no_title_and_no_locked_page_says_anything(language: str) -> None:
    pages = [page for page in walked_in(language) if page.language == language]
    texts = [*titles(pages), *doors(pages)]
    assert len({each.where for each in texts}) > 30
    found = sorted(set(hits(texts)))
    figures.record(
        "A11",
        part=f"titles and locked pages, {language}",
        found=len(found),
        of=len(texts),
        what="texts with a term",
    )
    assert not found, "\n".join(found)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_lexicon_is_long_and_finds_what_gives_away(language: str) -> None:
    """The negative control: texts as other products send them."""
    assert len(set(lexicon(language))) >= FEWEST_TERMS
    said = {
        "en": (
            "River House: your appointment with Dana",
            "How was your therapy session today?",
            "Your Recovery plan is ready",
            "Time for your methadone dose",
        ),
        "es": (
            "Tu cita con Dana en River House",
            "¿Cómo fue tu sesión de terapia de hoy?",
            "Tu plan de RECUPERACIÓN está listo",
            "Hora de tu metadona",
        ),
    }
    for text in said[language]:
        assert hits([Outward("letter", text, language)]), text
    assert not hits([Outward("letter", "You have an update", language)])
