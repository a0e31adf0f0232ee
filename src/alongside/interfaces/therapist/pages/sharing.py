"""What a client allows others to get, what they got, and whom to tell: as a therapist sees it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext

from alongside.clinic.consent.bridge import form_of, standing
from alongside.clinic.consent.models import Consent
from alongside.clinic.consent.segments import TITLES, in_order
from alongside.clinic.consent.states import ConsentState
from alongside.clinic.consent.wording import PURPOSE_NAMES, until_in_short
from alongside.clinic.disclosures.demands import Shut, why_shut
from alongside.clinic.disclosures.models import LegalDemand
from alongside.clinic.disclosures.queries import Entry
from alongside.clinic.people.models import Client
from alongside.interfaces.shared.component import Component, Content
from alongside.interfaces.shared.components.badge import Badge
from alongside.interfaces.shared.components.breadcrumbs import Breadcrumbs, Crumb
from alongside.interfaces.shared.components.button import Button, ButtonKind
from alongside.interfaces.shared.components.card import Card
from alongside.interfaces.shared.components.disclosure import Disclosure
from alongside.interfaces.shared.components.empty_state import EmptyState
from alongside.interfaces.shared.components.notice import Notice
from alongside.interfaces.shared.components.table import Column, Row, Table
from alongside.interfaces.shared.dates import long_date, short_date
from alongside.interfaces.shared.tones import Tone


@dataclass(frozen=True)
class ConsentLine:
    """One consent, and what can be done with it."""

    card: Card
    end_action: str = ""
    buttons: tuple[Button, ...] = ()


@dataclass(frozen=True)
class ClientSharingPage:
    """What may be given of one client, what was, and what has to be told."""

    back: Breadcrumbs
    heading: str
    demands: tuple[Notice, ...]
    to_tell: tuple[ConsentLine, ...]
    in_force: tuple[ConsentLine, ...]
    nothing: EmptyState | None
    emergency: Button
    left: Table
    ended: Disclosure | None


def client_sharing_page(
    client: Client,
    consents: Sequence[Consent],
    entries: Sequence[Entry],
    demands: Iterable[LegalDemand],
    *,
    now: datetime,
) -> ClientSharingPage:
    """The sharing of one client at this moment."""
    in_force = [each for each in consents if _is_in_force(each, now)]
    ended = [each for each in consents if each not in in_force]
    given = {public_id for entry in entries for public_id in entry.consents}
    to_tell = [
        each
        for each in ended
        if each.ended_at and each.recipient_told_at is None and each.public_id in given
    ]
    return ClientSharingPage(
        back=_to_client(client),
        heading=gettext("What {name} lets others get").format(name=client.display_name),
        demands=tuple(_demand(each) for each in demands),
        to_tell=tuple(map(_to_tell, to_tell)),
        in_force=tuple(map(_in_force, in_force)),
        nothing=(
            None
            if in_force
            else EmptyState(
                gettext("Nothing may leave"),
                gettext("Your client has not allowed anything. They can do so on their own page."),
            )
        ),
        emergency=Button(
            gettext("A medical emergency"),
            ButtonKind.QUIET,
            href=reverse("give_emergency", args=[client.public_id]),
        ),
        left=_left(entries),
        ended=(
            Disclosure(gettext("What was allowed before"), tuple(_card(each) for each in ended))
            if ended
            else None
        ),
    )


def _is_in_force(consent: Consent, now: datetime) -> bool:
    if consent.state != ConsentState.SIGNED or consent.is_from_elsewhere:
        return False
    ends_at = standing(consent, now=now).ends_at
    return ends_at is None or now < ends_at


def name_of(consent: Consent) -> str:
    """Who may get it."""
    recipient = form_of(consent).recipient
    return recipient.name if recipient else ""


def _card(consent: Consent, *actions: Component) -> Card:
    held = form_of(consent)
    body: list[Content] = [
        "; ".join(str(TITLES[each]) for each in in_order(held.segments)),
        format_html(
            '<p class="quiet">{}</p>',
            " · ".join(str(PURPOSE_NAMES[each]) for each in sorted(held.purposes)),
        ),
    ]
    if consent.ended_at:
        ended = gettext("Ended on {day}.").format(day=long_date(consent.ended_at))
        body.append(format_html('<p class="quiet">{} {}</p>', ended, consent.end_note))
    elif held.expiry:
        body.append(format_html('<p class="quiet">{}</p>', until_in_short(held.expiry)))
    return Card(
        name_of(consent),
        tuple(body),  # type: ignore[arg-type]  # each is a piece of content
        badge=Badge(gettext("From another clinic")) if consent.is_from_elsewhere else None,
        actions=actions,
        level=3,
    )


def _in_force(consent: Consent) -> ConsentLine:
    name = name_of(consent)
    give = Button(
        gettext("Give something"),
        ButtonKind.QUIET,
        href=reverse("give", args=[consent.public_id]),
        hidden_context=name,
    )
    return ConsentLine(
        _card(consent, give),
        reverse("end_consent", args=[consent.public_id]),
        (
            Button(
                gettext("Taken back on paper"),
                ButtonKind.QUIET,
                field_name="what",
                value="revoke",
                hidden_context=name,
            ),
            Button(
                gettext("It cannot be true"),
                ButtonKind.QUIET,
                href=reverse("set_aside", args=[consent.public_id]),
                hidden_context=name,
            ),
        ),
    )


def _to_tell(consent: Consent) -> ConsentLine:
    told = gettext("It has ended, and they have something. Tell them that they may get no more.")
    name = name_of(consent)
    return ConsentLine(
        Card(gettext("Tell {name}").format(name=name), (told,), tone=Tone.ATTENTION, level=3),
        reverse("end_consent", args=[consent.public_id]),
        (
            Button(
                gettext("I have told them"), field_name="what", value="told", hidden_context=name
            ),
        ),
    )


SHUT: Final[dict[Shut, Callable[[], str]]] = {
    Shut.NO_ORDER: lambda: gettext("It is no court order. Nothing may leave because of it."),
    Shut.NO_SCOPE: lambda: gettext("It does not say what may leave."),
    Shut.NO_COUNSEL: lambda: gettext("Counsel has not been asked yet."),
    Shut.NO_SECOND_PERSON: lambda: gettext("A second person has not confirmed it yet."),
    Shut.CLOSED: lambda: gettext("It is closed."),
}


def _demand(demand: LegalDemand) -> Notice:
    shut = why_shut(demand)
    title = gettext("Somebody demands the record: {who}").format(who=demand.words["who"])
    if shut:
        return Notice(title, tuple(SHUT[each]() for each in shut), tone=Tone.WARNING)
    give = Button(
        gettext("Give what it orders"),
        ButtonKind.QUIET,
        href=reverse("give_by_order", args=[demand.public_id]),
    )
    return Notice(
        title,
        gettext("A court ordered it, counsel was asked, and a second person confirmed it."),
        tone=Tone.ATTENTION,
        actions=(give,),
    )


def _left(entries: Sequence[Entry]) -> Table:
    rows = tuple(
        Row(
            (
                entry.recipient,
                short_date(entry.at),
                "; ".join(str(TITLES[each]) for each in entry.segments),
                entry.why,
                entry.discloser,
            )
        )
        for entry in entries
    )
    return Table(
        caption=gettext("What has left in three years"),
        columns=(
            Column(gettext("Who got it")),
            Column(gettext("Day")),
            Column(gettext("What")),
            Column(gettext("What for")),
            Column(gettext("Given by")),
        ),
        rows=rows,
        empty=EmptyState(gettext("Nothing has left")),
    )


def _to_client(client: Client) -> Breadcrumbs:
    return Breadcrumbs(
        (Crumb(client.display_name, reverse("client_record", args=[client.public_id])),)
    )


def to_sharing(client: Client) -> Breadcrumbs:
    href = reverse("client_sharing", args=[client.public_id])
    words = gettext("What {name} lets others get").format(name=client.display_name)
    return Breadcrumbs((Crumb(words, href),))
