"""What a consent form says, in the reader's language: on the page, on paper, and read back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Final

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext, gettext_lazy, override, pgettext

from alongside.clinic.consent.documents import Block, Document, Lines, Section
from alongside.clinic.consent.form import (
    ConsentForm,
    Expiry,
    Recipient,
    RecipientKind,
    SharingPurpose,
    Statement,
    Until,
)
from alongside.clinic.consent.legal_texts import legal_text
from alongside.clinic.consent.segments import TITLES, in_order

PURPOSES: Final[Mapping[SharingPurpose, Promise]] = {
    SharingPurpose.ALL_CARE: gettext_lazy(
        "All my care from now on: treating me, paying for it, and running the services that do so"
    ),
    SharingPurpose.TREATMENT: gettext_lazy("Treating me"),
    SharingPurpose.PAYMENT: gettext_lazy("Paying for my treatment"),
    SharingPurpose.OPERATIONS: gettext_lazy("Running and checking a health service"),
    SharingPurpose.RESEARCH: gettext_lazy("Research"),
    SharingPurpose.OWN_REQUEST: gettext_lazy("Because I ask for it"),
    SharingPurpose.LEGAL_PROCEEDING: gettext_lazy("A court case or another legal proceeding"),
}
PURPOSE_NAMES: Final[Mapping[SharingPurpose, Promise]] = {
    SharingPurpose.ALL_CARE: gettext_lazy("Treatment, payment and health care operations"),
    SharingPurpose.TREATMENT: gettext_lazy("Treatment"),
    SharingPurpose.PAYMENT: gettext_lazy("Payment"),
    SharingPurpose.OPERATIONS: gettext_lazy("Health care operations"),
    SharingPurpose.RESEARCH: gettext_lazy("Research"),
    SharingPurpose.OWN_REQUEST: gettext_lazy("The client’s own wish"),
    SharingPurpose.LEGAL_PROCEEDING: gettext_lazy("A legal proceeding"),
}
"""The same for those who are not the client."""

KINDS: Final[Mapping[RecipientKind, Promise]] = {
    RecipientKind.COVERED_ENTITY: gettext_lazy("A doctor, hospital, pharmacy or health plan"),
    RecipientKind.BUSINESS_ASSOCIATE: gettext_lazy("A company that works for one of these"),
    RecipientKind.PART_2_PROGRAM: gettext_lazy("Another addiction treatment program"),
    RecipientKind.INTERMEDIARY: gettext_lazy("An exchange or an app that passes records on"),
    RecipientKind.OTHER: gettext_lazy("Somebody I know, or any other office"),
}
STATEMENTS: Final[Mapping[Statement, Promise]] = {
    Statement.RIGHT_TO_REVOKE: gettext_lazy("Taking it back"),
    Statement.ALL_CARE_REDISCLOSURE: gettext_lazy("What can be passed on"),
    Statement.ALL_CARE_REFUSAL: gettext_lazy("If I do not sign"),
    Statement.NOT_A_CONDITION: gettext_lazy("My treatment does not depend on it"),
}


def unverified_mark() -> str:
    """What stands wherever a legal text of ours is shown that no lawyer has checked."""
    first, last = legal_text("notice-long").current_to
    return gettext(
        "A lawyer has not yet checked the legal words here. They were written from 42 CFR part 2 "
        "as it was current from {first} to {last}."
    ).format(first=day_in_words(first), last=day_in_words(last))


def day_in_words(day: date) -> str:
    """A day in a sentence."""
    return date_format(day, pgettext("long date", "j F Y"))


def until_words(expiry: Expiry) -> str:
    """When a consent ends."""
    words: Mapping[Until, Callable[[], str]] = {
        Until.DATE: lambda: gettext("At the end of {day}, or before, when I take it back.").format(
            day=day_in_words(expiry.on) if expiry.on else "…"
        ),
        Until.END_OF_TREATMENT: lambda: gettext(
            "When my treatment here ends, or before, when I take it back."
        ),
        Until.NONE: lambda: gettext("Never by itself. It ends when I take it back."),
    }
    return words[expiry.until]()


def until_in_short(expiry: Expiry) -> str:
    """The same for a list, in few words and for anybody."""
    if expiry.on is not None:
        return gettext("Until {day}").format(day=day_in_words(expiry.on))
    if expiry.until is Until.END_OF_TREATMENT:
        return gettext("Until treatment here ends")
    return gettext("Until it is taken back")


def recipient_lines(recipient: Recipient) -> tuple[str, ...]:
    """Who gets it: name, address, what they are, and whom they pass it on to."""
    lines = [recipient.name, recipient.address]
    if not recipient.is_class:
        lines.append(str(KINDS[recipient.kind]))
    if recipient.participants:
        lines.append(
            gettext("It may pass the record on to these, who treat me: {names}").format(
                names=recipient.participants
            )
        )
    return tuple(line for line in lines if line.strip())


def consent_sections(form: ConsentForm) -> tuple[Section, ...]:
    """The form element by element, in the language that is active. What is missing is left out."""
    told: tuple[tuple[str, tuple[Block, ...]], ...] = (
        (gettext("Whose record"), (form.client_name,)),
        (gettext("Who may give it"), (form.discloser,)),
        (
            gettext("What may be given"),
            (Lines(tuple(str(TITLES[each]) for each in in_order(form.segments))),),
        ),
        (
            gettext("Who may get it"),
            recipient_lines(form.recipient) if form.recipient else (),
        ),
        (gettext("What it is for"), tuple(str(PURPOSES[each]) for each in sorted(form.purposes))),
        (gettext("When it ends"), (until_words(form.expiry),) if form.expiry else ()),
        *(
            (str(STATEMENTS[each]), (_words_of(each),))
            for each in Statement
            if each in form.statements
        ),
        (gettext("Signed"), (_signed(form),) if form.signature and form.signed_on else ()),
    )
    return tuple(Section(heading, blocks) for heading, blocks in told if any(blocks))


def consent_document(form: ConsentForm, *, language: str) -> Document:
    """The form as it is signed."""
    with override(language):
        return Document(
            title=gettext("Consent to share my record"),
            language=language,
            sections=consent_sections(form),
            marks=() if legal_text("notice-long").is_verified else (unverified_mark(),),
            foot=gettext("Consent under 42 CFR 2.31"),
        )


def _words_of(statement: Statement) -> str:
    return legal_text(statement).words.in_language(get_language() or "en")


def _signed(form: ConsentForm) -> str:
    assert form.signed_on is not None
    return gettext("{name}, on {day}. Signed on a screen, after signing in.").format(
        name=form.signature, day=day_in_words(form.signed_on)
    )
