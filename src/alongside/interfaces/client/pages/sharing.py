"""What a client allowed to be shared, what has left by it, and how it is taken back."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import get_language, gettext, ngettext

from alongside.clinic.consent.bridge import form_of, sections_of, standing
from alongside.clinic.consent.documents import Lines, Section
from alongside.clinic.consent.legal_texts import legal_text
from alongside.clinic.consent.models import Consent
from alongside.clinic.consent.segments import TITLES, in_order
from alongside.clinic.consent.states import ConsentState
from alongside.clinic.consent.wording import PURPOSES, until_in_short
from alongside.clinic.disclosures.basis import Basis, DemandKind
from alongside.clinic.disclosures.models import LegalDemand
from alongside.clinic.disclosures.queries import Entry
from alongside.interfaces.shared.component import Content
from alongside.interfaces.shared.components.badge import Badge
from alongside.interfaces.shared.components.breadcrumbs import Breadcrumbs, Crumb
from alongside.interfaces.shared.components.button import Button, ButtonKind
from alongside.interfaces.shared.components.card import Card
from alongside.interfaces.shared.components.disclosure import Disclosure
from alongside.interfaces.shared.components.empty_state import EmptyState
from alongside.interfaces.shared.components.notice import Notice
from alongside.interfaces.shared.components.summary_list import SummaryList, SummaryRow
from alongside.interfaces.shared.dates import long_date
from alongside.interfaces.shared.tones import Tone

MOST_ON_OVERVIEW = 3


@dataclass(frozen=True)
class SharingPage:
    """All of it on one page: what is allowed now, what left, what was allowed before."""

    lead: str
    begun: tuple[Notice, ...]
    asked: tuple[Notice, ...]
    allowed: tuple[Card, ...]
    nothing: EmptyState | None
    left: tuple[Card, ...]
    before: Disclosure | None


def sharing_page(
    *,
    clinic: str,
    drafts: Iterable[Consent],
    consents: Sequence[Consent],
    entries: Sequence[Entry],
    demands: Iterable[LegalDemand],
    now: datetime,
) -> SharingPage:
    """What is shared about the client, at this moment."""
    in_force = [each for each in consents if state_of(each, now=now) is ConsentState.SIGNED]
    ended = [each for each in consents if each not in in_force]
    return SharingPage(
        lead=gettext(
            "Nothing about you leaves {clinic} unless you say yes. It could without you only if "
            "your life is at risk, or if a judge orders it. What leaves is listed here. Only a "
            "judge can forbid us to tell you."
        ).format(clinic=clinic),
        begun=tuple(map(_begun, drafts)),
        asked=tuple(map(_asked, demands)),
        allowed=tuple(_card(each, now=now) for each in in_force),
        nothing=(
            None
            if in_force
            else EmptyState(
                gettext("You have not allowed anything"),
                gettext("What you allow is listed here, and you can take it back."),
            )
        ),
        left=tuple(map(_short, entries[:MOST_ON_OVERVIEW])),
        before=(
            Disclosure(
                gettext("What you allowed before"), tuple(_card(each, now=now) for each in ended)
            )
            if ended
            else None
        ),
    )


def state_of(consent: Consent, *, now: datetime) -> ConsentState:
    """Where it stands now: its last day may have passed before any clock said so."""
    state = ConsentState(consent.state)
    if state is ConsentState.SIGNED:
        ends_at = standing(consent, now=now).ends_at
        if ends_at is not None and ends_at <= now:
            return ConsentState.EXPIRED
    return state


STATES: Final[dict[ConsentState, tuple[Callable[[], str], Tone]]] = {
    ConsentState.DRAFT: (lambda: gettext("Not signed"), Tone.NEUTRAL),
    ConsentState.SIGNED: (lambda: gettext("Allowed"), Tone.SUCCESS),
    ConsentState.REVOKED: (lambda: gettext("Taken back"), Tone.NEUTRAL),
    ConsentState.EXPIRED: (lambda: gettext("Ended"), Tone.NEUTRAL),
    ConsentState.SET_ASIDE: (lambda: gettext("Set aside"), Tone.NEUTRAL),
}


def recipient_of(consent: Consent) -> str:
    """Who may get it."""
    recipient = form_of(consent).recipient
    return recipient.name if recipient else ""


def _badge(consent: Consent, now: datetime) -> Badge:
    words, tone = STATES[state_of(consent, now=now)]
    return Badge(words(), tone)


def _card(consent: Consent, *, now: datetime) -> Card:
    form = form_of(consent)
    body: list[Content] = [
        "; ".join(str(TITLES[each]) for each in in_order(form.segments)),
        format_html(
            '<p class="quiet">{}</p>',
            " · ".join(str(PURPOSES[each]) for each in sorted(form.purposes)),
        ),
    ]
    if consent.ended_at is not None:
        body.append(_ended(consent, consent.ended_at))
    elif form.expiry is not None and state_of(consent, now=now) is ConsentState.SIGNED:
        body.append(format_html('<p class="quiet">{}</p>', until_in_short(form.expiry)))
    return Card(
        recipient_of(consent),
        tuple(body),  # type: ignore[arg-type]  # each is a piece of content
        href=reverse("consent", args=[consent.public_id]),
        badge=_badge(consent, now),
        level=3,
    )


def _ended(consent: Consent, at: datetime) -> str:
    words = {
        ConsentState.REVOKED: gettext("You took it back on {day}."),
        ConsentState.SET_ASIDE: gettext("The clinic set it aside on {day}."),
    }.get(ConsentState(consent.state), gettext("It ended on {day}."))
    return words.format(day=long_date(at))


def _begun(draft: Consent) -> Notice:
    return Notice(
        gettext("You began to allow something to {name}.").format(
            name=recipient_of(draft) or gettext("somebody")
        ),
        gettext("It counts only once you sign it."),
        actions=(
            Button(
                gettext("Go on"),
                ButtonKind.QUIET,
                href=reverse("consent_step", args=[draft.public_id, "what"]),
            ),
        ),
    )


DEMANDS: Final[dict[str, Callable[[], str]]] = {
    DemandKind.SUBPOENA: lambda: gettext("A subpoena for your record came on {day}."),
    DemandKind.WARRANT: lambda: gettext("A warrant for your record came on {day}."),
    DemandKind.LETTER: lambda: gettext("Somebody asked for your record on {day}."),
    DemandKind.ORDER_CIVIL: lambda: gettext("A judge’s order about your record came on {day}."),
    DemandKind.ORDER_CRIMINAL: lambda: gettext("A judge’s order about your record came on {day}."),
}


def _asked(demand: LegalDemand) -> Notice:
    what = (
        gettext("It is closed now.")
        if demand.closed_at
        else gettext("The clinic looks at it with a lawyer. By itself it opens nothing.")
    )
    return Notice(
        DEMANDS[demand.kind]().format(day=long_date(demand.received_on)),
        (what, gettext("If something leaves because of it, you will see it below.")),
        tone=Tone.WARNING,
    )


def _short(entry: Entry) -> Card:
    """One thing that left, in three lines."""
    return Card(
        entry.recipient,
        (
            "; ".join(str(TITLES[each]) for each in entry.segments),
            format_html('<p class="quiet">{} · {}</p>', long_date(entry.at), entry.why),
        ),
        badge=_basis_badge(entry),
        level=3,
    )


def _basis_badge(entry: Entry) -> Badge | None:
    """What it rested on, where that was not the client's own yes."""
    words = {
        Basis.EMERGENCY: gettext("Emergency"),
        Basis.COURT_ORDER: gettext("A judge’s order"),
    }.get(entry.basis)
    return Badge(words, Tone.WARNING) if words else None


def entry_card(entry: Entry, *, level: int = 2) -> Card:
    """One thing that left: to whom, what, what for."""
    rows = [
        SummaryRow(gettext("What"), tuple(str(TITLES[each]) for each in entry.segments)),
        SummaryRow(gettext("What for"), entry.why),
    ]
    if entry.address:
        rows.append(SummaryRow(gettext("Where they are"), entry.address))
    if entry.n_paragraphs:
        words = ngettext(
            "{n} piece of text, looked at by a person before it left",
            "{n} pieces of text, each looked at by a person before it left",
            entry.n_paragraphs,
        )
        rows.append(SummaryRow(gettext("Words"), words.format(n=entry.n_paragraphs)))
    if entry.discloser:
        rows.append(SummaryRow(gettext("Given by"), entry.discloser))
    return Card(
        entry.recipient,
        (
            format_html('<p class="quiet">{}</p>', long_date(entry.at)),
            SummaryList(tuple(rows)),
            Disclosure(gettext("What they may do with it"), _may_do(entry)),
        ),
        badge=_basis_badge(entry),
        level=level,
    )


def _may_do(entry: Entry) -> str:
    return legal_text(entry.redisclosure).words.in_language(get_language() or "en")


@dataclass(frozen=True)
class ConsentPage:
    """One consent, read back as it was signed."""

    back: Breadcrumbs
    heading: str
    badge: Badge
    told: str
    sections: SummaryList
    left: tuple[Card, ...]
    nothing_left: str
    take_back: Button | None
    paper_action: str
    proof: Disclosure


def consent_page(consent: Consent, left: Sequence[Entry], *, now: datetime) -> ConsentPage:
    """What was signed, in the very words; and what has left by it."""
    state = state_of(consent, now=now)
    told = ""
    if consent.ended_at is not None:
        told = _ended(consent, consent.ended_at)
    elif consent.is_from_elsewhere:
        told = gettext("You gave it to another clinic. Here nothing leaves by it.")
    return ConsentPage(
        back=_back(),
        heading=recipient_of(consent),
        badge=_badge(consent, now),
        told=told,
        sections=as_list(sections_of(consent)),
        left=tuple(entry_card(each, level=3) for each in left),
        nothing_left=gettext("Nothing has left by it."),
        take_back=(
            Button(
                gettext("Take it back"),
                ButtonKind.QUIET,
                href=reverse("take_back", args=[consent.public_id]),
            )
            if state is ConsentState.SIGNED
            else None
        ),
        paper_action=reverse("consent_paper", args=[consent.public_id]),
        proof=Disclosure(
            gettext("How you can tell that nobody changed it"),
            (
                gettext(
                    "What you signed is kept as a PDF. It has a fingerprint. If one letter of it "
                    "were changed, the fingerprint would be another."
                ),
                format_html('<p class="fingerprint">{}</p>', consent.document_sha256),
            ),
        ),
    )


def as_list(sections: Iterable[Section]) -> SummaryList:
    """The sections of a form, each heading with what stands under it."""
    return SummaryList(tuple(SummaryRow(section.heading, _blocks(section)) for section in sections))


def _blocks(section: Section) -> tuple[str, ...]:
    lines: list[str] = []
    for block in section.blocks:
        lines += block.lines if isinstance(block, Lines) else [str(block)]
    return tuple(lines)


@dataclass(frozen=True)
class TakeBackPage:
    """Before it is taken back: what stops, what has left, what is done then."""

    back: Breadcrumbs
    heading: str
    stops: str
    left: tuple[Card, ...]
    nothing_left: str
    then: tuple[str, ...]
    action: str
    buttons: tuple[Button, ...]


def take_back_page(consent: Consent, left: Sequence[Entry]) -> TakeBackPage:
    """What taking it back does, and what it cannot do."""
    name = recipient_of(consent)
    then = [gettext("You do not have to say why. It changes nothing about your treatment.")]
    if left:
        then.insert(
            0,
            gettext(
                "Your therapist is asked to tell {name} that you took it back. They may keep what "
                "they have."
            ).format(name=name),
        )
    return TakeBackPage(
        back=Breadcrumbs((Crumb(name, reverse("consent", args=[consent.public_id])),)),
        heading=gettext("Take back what you allowed {name}?").format(name=name),
        stops=gettext(
            "From this moment on nothing more goes to {name} by it, also not what is being "
            "prepared now."
        ).format(name=name),
        left=tuple(entry_card(each, level=3) for each in left),
        nothing_left=gettext("Nothing has left. So {name} has nothing by it.").format(name=name),
        then=tuple(then),
        action=reverse("take_back", args=[consent.public_id]),
        buttons=(
            Button(gettext("Take it back")),
            Button(
                gettext("Leave it as it is"),
                ButtonKind.QUIET,
                href=reverse("consent", args=[consent.public_id]),
            ),
        ),
    )


@dataclass(frozen=True)
class LeftPage:
    """The accounting of the last three years."""

    back: Breadcrumbs
    entries: tuple[Card, ...]
    nothing: EmptyState | None


def left_page(entries: Sequence[Entry]) -> LeftPage:
    """Everything that left, the latest first."""
    return LeftPage(
        back=_back(),
        entries=tuple(map(entry_card, entries)),
        nothing=(
            None
            if entries
            else EmptyState(
                gettext("Nothing is listed"),
                gettext("When something about you goes to somebody, it is listed here."),
            )
        ),
    )


def _back() -> Breadcrumbs:
    return Breadcrumbs((Crumb(gettext("What is shared about me"), reverse("sharing")),))
