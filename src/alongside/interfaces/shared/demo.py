"""The demo's outbox: what would have reached a phone or a mailbox, to be read and opened here."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from alongside.clinic.feedback.letters import SentLetter, letters_of_the_demo
from alongside.clinic.outbox.models import Channel
from alongside.clinic.people.queries import the_clinic
from alongside.interfaces.shared.components.badge import Badge
from alongside.interfaces.shared.components.card import Card
from alongside.interfaces.shared.components.empty_state import EmptyState
from alongside.interfaces.shared.components.notice import Notice
from alongside.interfaces.shared.components.pagination import Pagination
from alongside.interfaces.shared.dates import clock_time, long_date
from alongside.interfaces.shared.declared import Nobody, about
from alongside.interfaces.shared.middleware import now_of
from alongside.interfaces.shared.tones import Tone

LETTERS_ON_A_PAGE: Final = 20
_LINK = re.compile(r"https?://\S+")


@dataclass(frozen=True)
class Day:
    """The letters of one day, the latest first."""

    title: str
    letters: tuple[Card, ...]


@dataclass(frozen=True)
class OutboxPage:
    """What left, day by day."""

    notice: Notice
    days: tuple[Day, ...]
    pagination: Pagination
    empty: EmptyState | None


@about(Nobody.DEMO)
def outbox(request: HttpRequest) -> HttpResponse:
    """The letters that left the demo clinic; there is no such page in a real one."""
    letters = letters_of_the_demo(Path(settings.DATA_FOLDER) / "outbox", now=now_of(request))
    page = outbox_page(letters, zone=the_clinic().zone, page=_page(request.GET.get("page", "")))
    return render(request, "shared/demo_outbox.html", {"page": page})


def _page(typed: str) -> int:
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 6 else 1


def outbox_page(letters: Sequence[SentLetter], *, zone: ZoneInfo, page: int) -> OutboxPage:
    """One page of letters, with the times of the clinic's own clock."""
    n_pages = max(1, -(-len(letters) // LETTERS_ON_A_PAGE))
    page = min(max(page, 1), n_pages)
    shown = letters[(page - 1) * LETTERS_ON_A_PAGE : page * LETTERS_ON_A_PAGE]
    by_day = groupby(shown, key=lambda each: each.sent_at.astimezone(zone).date())
    return OutboxPage(
        notice=Notice(
            gettext("No message leaves this demo"),
            gettext(
                "In a real clinic each of these goes out by text message or by e-mail. "
                "Open a link to see what a client sees."
            ),
        ),
        days=tuple(
            Day(long_date(day), tuple(_card(each, zone) for each in of_day))
            for day, of_day in by_day
        ),
        pagination=Pagination(page, n_pages),
        empty=None if letters else EmptyState(gettext("No messages yet"), _when_they_come()),
    )


def _when_they_come() -> str:
    return gettext("A message leaves when a visit ends.")


def _card(sent: SentLetter, zone: ZoneInfo) -> Card:
    letter = sent.letter
    kind = gettext("Text message") if letter.channel == Channel.SMS else gettext("E-mail")
    at = clock_time(sent.sent_at, zone)
    facts = gettext("{kind}, {time}").format(kind=kind, time=at)
    subject = letter.subject if letter.channel == Channel.EMAIL else ""
    return Card(
        title=gettext("To {address}").format(address=letter.address),
        body=(
            facts,
            format_html('<p lang="{}"><strong>{}</strong></p>', letter.language, subject)
            if subject
            else "",
            format_html('<p lang="{}">{}</p>', letter.language, _with_link(letter.body)),
        ),
        badge=(
            Badge(gettext("Form open"), Tone.SUCCESS)
            if sent.is_open
            else Badge(gettext("Form closed"))
        ),
        level=3,
    )


def _with_link(words: str) -> SafeString:
    """The words with their link to be followed on whichever address the demo is served."""
    found = _LINK.search(words)
    if found is None:
        return conditional_escape(words)
    return format_html(
        '{}<a href="{}">{}</a>{}',
        words[: found.start()],
        urlsplit(found.group()).path,
        found.group(),
        words[found.end() :],
    )
