"""What the page of one's own sign-ins says."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext

from alongside.clinic.credentials.keys import PASSKEY, name_of
from alongside.clinic.credentials.models import ChangedMeans, Device, MeansChange, SignIn
from alongside.interfaces.shared.components.badge import Badge
from alongside.interfaces.shared.components.button import Button, ButtonKind
from alongside.interfaces.shared.components.notice import Notice
from alongside.interfaces.shared.dates import short_moment
from alongside.interfaces.shared.entrance.device_words import spoken
from alongside.interfaces.shared.entrance.pages import frame_for
from alongside.interfaces.shared.tones import Tone

WHAT_CHANGED: Mapping[str, Callable[[], str]] = {
    ChangedMeans.PASSWORD: lambda: gettext("New password"),
    ChangedMeans.PASSKEY: lambda: gettext("New passkey"),
    ChangedMeans.APP: lambda: gettext("New app with codes"),
    ChangedMeans.CODES: lambda: gettext("New printed codes"),
    ChangedMeans.PIN: lambda: gettext("New PIN"),
    ChangedMeans.KEY_GONE: lambda: gettext("A key taken away"),
    ChangedMeans.DEVICE_GONE: lambda: gettext("A PIN taken away"),
    ChangedMeans.INVITED: lambda: gettext("A new code was made for you to come in with"),
    ChangedMeans.RECOVERED: lambda: gettext("You came in with your printed code"),
}


@dataclass(frozen=True)
class Line:
    """One device or key, and what can be done about it."""

    name: str
    facts: str
    badge: Badge | None = None
    action: str = ""
    button: Button | None = None


@dataclass(frozen=True)
class OwnSignInsPage:
    """Where one is signed in, and by what one comes in."""

    notice: Notice | None
    here_and_now: tuple[Line, ...]
    end_others: Button | None
    past: tuple[Line, ...]
    changes: tuple[Line, ...]
    keys: tuple[Line, ...]
    devices: tuple[Line, ...]
    add_key: Button
    set_pin: Button | None
    set_password: Button | None
    new_codes: Button
    demo_words: str
    frame: str


def own_sign_ins_page(
    sign_ins: Iterable[SignIn],
    past: Iterable[SignIn],
    keys: Iterable[Any],
    devices: Iterable[Device],
    changes: Iterable[MeansChange],
    *,
    here: SignIn,
    is_staff: bool,
    is_demo: bool,
    has_password: bool,
) -> OwnSignInsPage:
    """The page for one person."""
    open_now = tuple(sign_ins)
    news = [each for each in open_now if is_news(each, here)]
    return OwnSignInsPage(
        notice=_notice(news),
        here_and_now=tuple(_sign_in(each, here) for each in open_now),
        end_others=Button(gettext("Sign out every other device"), ButtonKind.QUIET)
        if len(open_now) > 1
        else None,
        past=tuple(_over(each) for each in past),
        changes=tuple(Line(WHAT_CHANGED[each.what](), _when(each.at)) for each in changes),
        keys=tuple(_key(each) for each in keys),
        devices=tuple(_device(each) for each in devices),
        add_key=Button(
            gettext("Add a passkey or an app"), ButtonKind.QUIET, href=reverse("second_key")
        ),
        set_pin=None
        if is_staff
        else Button(gettext("Set a PIN here"), ButtonKind.QUIET, href=reverse("own_pin")),
        set_password=Button(
            gettext("Change my password"), ButtonKind.QUIET, href=reverse("own_password")
        )
        if has_password
        else None,
        new_codes=Button(gettext("New printed codes"), ButtonKind.QUIET)
        if is_staff
        else Button(gettext("New printed code"), ButtonKind.QUIET),
        frame=frame_for(is_staff=is_staff),
        demo_words=gettext("In this demo no key is needed. A real site asks for one.")
        if is_demo
        else "",
    )


def is_news(sign_in: SignIn, here: SignIn) -> bool:
    """Whether its owner has not heard of this new device yet."""
    return sign_in.is_new_device and sign_in.owner_told_at is None and sign_in.pk != here.pk


def _notice(news: list[SignIn]) -> Notice | None:
    if not news:
        return None
    return Notice(
        gettext("Somebody signed in as you on a new device: {device}, {when}").format(
            device=spoken(news[0].device_words), when=_when(news[0].begun_at)
        ),
        gettext("If that was not you, sign it out below. Then make a new PIN or passkey."),
        Tone.WARNING,
    )


def _sign_in(each: SignIn, here: SignIn) -> Line:
    is_here = each.pk == here.pk
    return Line(
        name=spoken(each.device_words),
        facts=gettext("Since {begun}. Last seen {seen}.").format(
            begun=_when(each.begun_at), seen=_when(each.seen_at)
        ),
        badge=Badge(gettext("This device"), Tone.SUCCESS) if is_here else None,
        action="" if is_here else reverse("end_own_sign_in", args=[each.public_id]),
        button=None
        if is_here
        else Button(
            gettext("Sign out"), ButtonKind.QUIET, hidden_context=spoken(each.device_words)
        ),
    )


def _over(each: SignIn) -> Line:
    return Line(
        name=spoken(each.device_words),
        facts=gettext("From {begun} to {seen}").format(
            begun=_when(each.begun_at), seen=_when(each.seen_at)
        ),
    )


def _key(each: Any) -> Line:
    is_passkey = each.type == PASSKEY
    name = (
        gettext("Passkey made with {device}").format(device=spoken(name_of(each)))
        if is_passkey
        else gettext("App with codes")
    )
    return Line(
        name=name,
        facts=gettext("Since {begun}.").format(begun=_when(each.created_at)),
        action=reverse("remove_own_key", args=[each.pk]),
        button=Button(gettext("Take away"), ButtonKind.QUIET, hidden_context=name),
    )


def _device(each: Device) -> Line:
    name = gettext("PIN on {device}").format(device=spoken(each.words))
    return Line(
        name=name,
        facts=gettext("Since {begun}.").format(begun=_when(each.made_at)),
        action=reverse("forget_own_device", args=[each.public_id]),
        button=Button(gettext("Take away"), ButtonKind.QUIET, hidden_context=name),
    )


def _when(moment: datetime) -> str:
    return short_moment(moment)
