"""A form as the client meets it, by whichever way they came."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext, ngettext

from alongside.clinic.feedback.queries import Draft
from alongside.clinic.feedback.who_reads import Reach, WhoReads
from alongside.clinic.instruments.actions import Given
from alongside.clinic.instruments.asking import title_of
from alongside.clinic.instruments.models import Slot
from alongside.interfaces.client.pages.who_reads import line_of, more_of
from alongside.interfaces.client.words import duration
from alongside.interfaces.shared.component import Component
from alongside.interfaces.shared.components.disclosure import Disclosure
from alongside.interfaces.shared.components.error_summary import ErrorSummary
from alongside.interfaces.shared.components.notice import Notice
from alongside.interfaces.shared.components.progress import Progress
from alongside.interfaces.shared.components.save_status import SaveStatus
from alongside.interfaces.shared.dates import weekday_date
from alongside.interfaces.shared.question_page import (
    mistakes_in,
    n_done,
    n_to_tap,
    questions_of,
    releases_in,
    summary_of_mistakes,
    typed_in,
)
from alongside.interfaces.shared.tones import Tone


@dataclass(frozen=True)
class FormPage:
    """All questions on one page. `action` takes the form, `save_url` each answer when tapped."""

    heading: str
    about: str
    takes: str
    who_line: str
    who_more: Disclosure
    questions: tuple[Component, ...]
    progress: Progress
    action: str
    save_url: str
    language: str
    saved: Notice | None = None
    mistakes: ErrorSummary | None = None
    other_languages: tuple[tuple[str, str], ...] = ()
    home_url: str = ""
    save_status: SaveStatus = field(default_factory=SaveStatus)


@dataclass(frozen=True)
class Place:
    """The addresses of one form for the way by which somebody came to it.

    `key` names the form in them: a token, or the public id for who is signed in.
    """

    key: str
    form: str
    save: str
    thanks: str
    home: str = ""

    @property
    def action(self) -> str:
        return reverse(self.form, args=[self.key])

    @property
    def save_url(self) -> str:
        return reverse(self.save, args=[self.key])

    @property
    def thanks_url(self) -> str:
        return reverse(self.thanks, args=[self.key])

    @property
    def home_url(self) -> str:
        """The client's own pages; empty for who is not signed in."""
        return reverse(self.home) if self.home else ""


def place_of_token(token: str) -> Place:
    """The addresses of a form behind a link, a lent device or a code."""
    return Place(token, "feedback", "save_feedback", "feedback_thanks")


def place_signed_in(public_id: str) -> Place:
    """The addresses of a form of the client who is signed in."""
    return Place(public_id, "client_form", "save_client_form", "client_form_thanks", "client_home")


def form_page(
    slot: Slot,
    reads: WhoReads,
    draft: Draft,
    place: Place,
    *,
    day: date,
    language: str,
    given: Iterable[Given] = (),
    checks: bool = False,
) -> FormPage:
    """The form with what may be shown of the draft, and what was just typed in front of it.

    `checks` says what does not fit; without it the page is only drawn anew.
    """
    given = tuple(given)
    mistakes = mistakes_in(slot.version, given) if checks else {}
    questions = questions_of(
        slot.version,
        language,
        known={**draft.values, **typed_in(given)},
        releases={**draft.releases, **releases_in(given)},
        saved=draft.saved,
        mistakes=mistakes,
        offer_release=True,
        counts_in_score=reads.answers is not Reach.RELEASED,
    )
    n_hidden = len(draft.saved - set(draft.values) - set(typed_in(given)))
    return FormPage(
        heading=title_of(slot.version, language),
        about=about_of(slot, day),
        takes=duration(n_to_tap(questions)),
        who_line=line_of(reads, with_names=bool(place.home_url)),
        who_more=more_of(reads),
        questions=questions,
        progress=Progress(n_done(questions), n_to_tap(questions), is_live=True),
        action=place.action,
        save_url=place.save_url,
        language=language,
        saved=_saved(n_hidden) if n_hidden else None,
        mistakes=summary_of_mistakes(slot.version, mistakes, language),
        other_languages=tuple(
            (code, name) for code, name in settings.LANGUAGES if code != language
        ),
        home_url=place.home_url,
    )


def about_of(slot: Slot, day: date) -> str:
    """What the form is about: whose visit and which day. A form about no visit says nothing."""
    if slot.therapist is None:
        return ""
    return gettext("Your visit with {name} on {day}").format(
        name=slot.therapist.display_name, day=weekday_date(day)
    )


def _saved(n: int) -> Notice:
    return Notice(
        ngettext("{n} answer is saved", "{n} answers are saved", n).format(n=n),
        gettext("To keep them private, we do not show them here. You can go on where you stopped."),
        tone=Tone.SUCCESS,
    )


@dataclass(frozen=True)
class EndPage:
    """The last word of a form: thanks, or why it does not open."""

    heading: str
    sentences: tuple[str, ...]
    way_on: str = ""
    way_on_label: str = ""


def thanks_page(*, has_declined: bool, home_url: str = "", kiosk_url: str = "") -> EndPage:
    """Thank you, whichever way it ended. It says the same after the form was sent twice."""
    if has_declined:
        heading, first = (
            gettext("That is fine"),
            gettext("You left this one out. Nothing was sent."),
        )
    else:
        heading, first = gettext("Thank you"), gettext("Your answers are in.")
    if kiosk_url:
        return EndPage(
            heading,
            (first, gettext("This page goes away by itself. Nothing stays on this device.")),
            kiosk_url,
            gettext("Done"),
        )
    if home_url:
        return EndPage(heading, (first,), home_url, gettext("Go to your start page"))
    return EndPage(heading, (first, gettext("You can close this page now.")))


def no_form_page(reason: str) -> EndPage:
    """Why a link opens no form. It says nothing about anybody."""
    sentences = {
        "expired": (
            gettext("This form has closed"),
            (
                gettext("The time for it is over. That is fine."),
                gettext("You can still say how it was at your next visit."),
            ),
        ),
        "handed_in": (
            gettext("These answers are in"),
            (gettext("This link works once. Thank you for using it."),),
        ),
        "closed": (
            gettext("This form is not needed"),
            (gettext("There is nothing to do for you here."),),
        ),
        "not_yet": (
            gettext("This form is not open yet"),
            (gettext("Please try again later with the same link."),),
        ),
    }
    heading, told = sentences.get(
        reason,
        (
            gettext("This link does not open a form"),
            (
                gettext("A part of it may be missing. Tap it again in your message."),
                gettext("If that does not help, ask your clinic."),
            ),
        ),
    )
    return EndPage(heading, told)
