"""A client's copy of their record, what they ask not to be shared, and being forgotten."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

from django import forms
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext

from alongside.clinic.consent.segments import TITLES, RecordSegment, in_order
from alongside.clinic.disclosures.kept import KEPT
from alongside.clinic.disclosures.left_behind import left_behind_of
from alongside.clinic.disclosures.models import (
    Disclosure as Left,
)
from alongside.clinic.disclosures.models import (
    ErasureRequest,
    RestrictionRequest,
    RestrictionState,
)
from alongside.clinic.disclosures.own_copy import OwnFormat
from alongside.clinic.disclosures.restrictions import kept_out_by
from alongside.clinic.people.models import Client
from alongside.interfaces.client.pages.allowing import fields_of
from alongside.interfaces.shared.component import Component, Content
from alongside.interfaces.shared.components.badge import Badge
from alongside.interfaces.shared.components.breadcrumbs import Breadcrumbs, Crumb
from alongside.interfaces.shared.components.button import Button, ButtonKind
from alongside.interfaces.shared.components.card import Card
from alongside.interfaces.shared.components.disclosure import Disclosure
from alongside.interfaces.shared.components.error_summary import ErrorSummary
from alongside.interfaces.shared.components.notice import Notice
from alongside.interfaces.shared.dates import long_date
from alongside.interfaces.shared.tones import Tone


@dataclass(frozen=True)
class CopyOffer:
    """One form of the copy, with its button."""

    title: str
    words: str
    button: Button


@dataclass(frozen=True)
class CopyPage:
    """The three forms of a copy, what is not in it, and the copies made before."""

    back: Breadcrumbs
    action: str
    request_key: str
    offers: tuple[CopyOffer, ...]
    care: Notice
    left_behind: Disclosure
    made: tuple[str, ...]
    problem: Notice | None


def copy_page(
    client: Client, made: Iterable[Left], *, request_key: str, problem: str = ""
) -> CopyPage:
    """What a client can take along."""
    return CopyPage(
        back=_back(),
        action=reverse("own_copy"),
        request_key=request_key,
        offers=tuple(
            CopyOffer(
                title(),
                words(),
                Button(
                    label(),
                    ButtonKind.QUIET,
                    field_name="wanted",
                    value=wanted,
                ),
            )
            for wanted, (title, words, label) in OFFERS.items()
        ),
        care=Notice(
            gettext("It holds all of it, also what only you can see"),
            gettext(
                "Keep it where nobody else reads it. On a phone or computer that you share, open "
                "it, read it, and delete it."
            ),
            tone=Tone.WARNING,
        ),
        left_behind=Disclosure(
            gettext("What is not in it, and why"), tuple(left_behind_of(client).values())
        ),
        made=tuple(
            gettext("On {day}").format(day=long_date(each.at))
            if each.by_id
            else gettext("On {day}, by the people who run the computers here").format(
                day=long_date(each.at)
            )
            for each in made
        ),
        problem=Notice(problem, tone=Tone.DANGER, is_announced=True) if problem else None,
    )


OFFERS: Final[dict[OwnFormat, tuple[Callable[[], str], ...]]] = {
    OwnFormat.READ: (
        lambda: gettext("To read"),
        lambda: gettext("A PDF with all of it, in your language. You can print it."),
        lambda: gettext("Get it to read"),
    ),
    OwnFormat.TABLES: (
        lambda: gettext("As tables"),
        lambda: gettext("For a program that can count, such as a spreadsheet."),
        lambda: gettext("Get the tables"),
    ),
    OwnFormat.PORTABLE: (
        lambda: gettext("For another clinic"),
        lambda: gettext(
            "A file that another clinic with this software can take in. Then nothing is lost when "
            "you move."
        ),
        lambda: gettext("Get the file"),
    ),
}


@dataclass(frozen=True)
class Asked:
    """One thing that was asked not to be shared, and where it stands."""

    card: Card
    end_action: str
    end_button: Button | None


@dataclass(frozen=True)
class LimitsPage:
    """What was asked before, and a form to ask for more."""

    back: Breadcrumbs
    asked: tuple[Asked, ...]
    mistakes: ErrorSummary | None
    fields: tuple[Component, ...]
    button: Button


def limits_page(requests: Iterable[RestrictionRequest], form: forms.Form) -> LimitsPage:
    """What the client asked not to be shared."""
    return LimitsPage(
        back=_back(),
        asked=tuple(map(_asked, requests)),
        mistakes=ErrorSummary.of(form) if form.errors else None,
        fields=fields_of(form),
        button=Button(gettext("Ask for it")),
    )


STATES: Final[dict[str, tuple[Callable[[], str], Tone]]] = {
    RestrictionState.ASKED: (lambda: gettext("Asked"), Tone.INFO),
    RestrictionState.AGREED: (lambda: gettext("Agreed: it holds"), Tone.SUCCESS),
    RestrictionState.DECLINED: (lambda: gettext("Not agreed"), Tone.WARNING),
    RestrictionState.ENDED: (lambda: gettext("You took it back"), Tone.NEUTRAL),
}


def what_was_asked(row: RestrictionRequest) -> str:
    """What should not be shared, with whom, in one sentence."""
    segments = in_order(frozenset(map(RecordSegment, row.segments)))
    what = "; ".join(str(TITLES[each]) for each in segments) or gettext("Anything")
    recipient = row.words.get("recipient", "")
    who = (
        gettext("not to {name}").format(name=recipient) if recipient else gettext("not to anybody")
    )
    about = gettext(", as far as it is about paying") if row.purposes else ""
    return f"{what}: {who}{about}."


def _asked(row: RestrictionRequest) -> Asked:
    words, tone = STATES[row.state]
    body: list[Content] = [
        what_was_asked(row),
        format_html(
            '<p class="quiet">{}</p>',
            gettext("Asked on {day}").format(day=long_date(row.asked_at)),
        ),
    ]
    if row.words.get("answer"):
        body.append(gettext("The clinic answers: {words}").format(words=row.words["answer"]))
    if names := kept_out_by(row):
        body.append(
            gettext("Cannot see your record: {names}").format(names=", ".join(sorted(names)))
        )
    is_open = row.state in (RestrictionState.ASKED, RestrictionState.AGREED)
    return Asked(
        Card(
            gettext("Do not share"),
            tuple(body),  # type: ignore[arg-type]  # each is a piece of content
            badge=Badge(words(), tone),
            level=3,
        ),
        end_action=reverse("end_limit", args=[row.public_id]),
        end_button=(
            Button(
                gettext("Take it back"),
                ButtonKind.QUIET,
                hidden_context=what_was_asked(row),
            )
            if is_open
            else None
        ),
    )


@dataclass(frozen=True)
class KeptLine:
    """One thing that stays, why and for how long."""

    what: str
    why: str
    how_long: str


@dataclass(frozen=True)
class ForgetPage:
    """What being forgotten means, what stays, and the wish itself."""

    back: Breadcrumbs
    goes: tuple[str, ...]
    kept: tuple[KeptLine, ...]
    asked: Notice | None
    action: str
    button: Button


def forget_page(request: ErasureRequest | None) -> ForgetPage:
    """Before anything: what goes and what stays. A wish that was declined can be made again."""
    is_waiting = request is not None and request.declined_at is None
    asked = None
    if request is not None and request.declined_at is not None:
        asked = Notice(
            gettext("On {day} the clinic answered: not now.").format(
                day=long_date(request.declined_at)
            ),
            request.answer,
            tone=Tone.WARNING,
        )
    elif request is not None:
        asked = Notice(
            gettext("You asked for it on {day}.").format(day=long_date(request.asked_at)),
            gettext(
                "The clinic first looks whether a law makes it keep something, and tells you. "
                "Until it is done, you can take it back."
            ),
            tone=Tone.INFO,
        )
    return ForgetPage(
        back=_back(),
        goes=(
            gettext("Your name, how to reach you, your visits and all your answers."),
            gettext("The key that opens them. Without it, nobody can read a copy."),
            gettext("Your way to sign in. Nobody can undo it, not even us."),
        ),
        kept=tuple(KeptLine(str(each.what), str(each.why), str(each.how_long)) for each in KEPT),
        asked=asked,
        action=reverse("forget_me"),
        button=(
            Button(gettext("Take it back"), ButtonKind.QUIET, field_name="withdraw", value="1")
            if is_waiting
            else Button(gettext("Ask to be forgotten"), ButtonKind.DANGER)
        ),
    )


def _back() -> Breadcrumbs:
    return Breadcrumbs((Crumb(gettext("What is shared about me"), reverse("sharing")),))
