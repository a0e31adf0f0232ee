"""What to do now: steps and numbers, as values, without a query."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.utils.translation import gettext

from alongside.interfaces.client.help_numbers import HelpData, HelpNumber, Need
from alongside.interfaces.shared.dates import short_date


@dataclass(frozen=True)
class Call:
    """One number to tap. `caution` is set when somebody should check it."""

    number: str
    href: str
    where: str
    how: str
    text_href: str = ""
    caution: str = ""


@dataclass(frozen=True)
class Situation:
    """One thing that can be going on, and what to do about it."""

    id: str
    heading: str
    steps: tuple[str, ...]
    calls: tuple[Call, ...] = ()
    is_urgent: bool = False


@dataclass(frozen=True)
class HelpPage:
    """The whole page."""

    is_demo: bool
    heading: str
    plain_words: tuple[str, ...]
    situations: tuple[Situation, ...]
    checked: str
    other_languages: tuple[tuple[str, str], ...]


def help_page(data: HelpData, *, today: date, language: str, is_demo: bool = False) -> HelpPage:
    """The page in one language, with every number that is too old to trust marked as such."""

    def calls(need: Need) -> tuple[Call, ...]:
        return tuple(_call(number, today, language) for number in data.for_need(need))

    return HelpPage(
        is_demo=is_demo,
        heading=gettext("Help now"),
        plain_words=(
            gettext("This is not an emergency service."),
            gettext("No one watches your answers day and night. If it is urgent, call."),
        ),
        situations=(
            *_situations(calls(Need.DANGER), calls(Need.SELF_HARM), calls(Need.HOME)),
            _can_wait(calls(Need.CLINIC)),
        ),
        checked=_checked(data),
        other_languages=tuple(
            (code, name) for code, name in settings.LANGUAGES if code != language
        ),
    )


def _situations(
    danger: tuple[Call, ...], self_harm: tuple[Call, ...], home: tuple[Call, ...]
) -> tuple[Situation, ...]:
    return (
        Situation(
            "danger",
            gettext("You or someone else is in danger now"),
            (gettext("Call. Say where you are. Stay on the line."),),
            danger,
            is_urgent=True,
        ),
        Situation(
            "overdose",
            gettext("Someone took too much"),
            (
                gettext(
                    "They do not wake up, or they hardly breathe: call the number above first."
                ),
                gettext("Give naloxone, if you have it. It does no harm if you are wrong."),
                gettext(
                    "No breath: breathe for them, if you know how. The one on the phone helps."
                ),
                gettext("They breathe: roll them onto their side."),
                gettext("No change after 3 minutes: give naloxone once more."),
                gettext("Stay until help is there. It can wear off, and they can pass out again."),
            ),
            is_urgent=True,
        ),
        Situation(
            "self-harm",
            gettext("You think of harming yourself"),
            (
                gettext("You can talk to someone right now."),
                gettext("Go where other people are. Tell one of them."),
                gettext("Move away from what you could use to hurt yourself."),
            ),
            self_harm,
            is_urgent=True,
        ),
        Situation(
            "craving",
            gettext("A craving will not pass"),
            (
                gettext("It comes like a wave. It goes down again, whatever you do."),
                gettext("Wait 15 minutes before you decide. Then wait 15 more."),
                gettext("Go to another place. Walk, eat, drink water, take a shower."),
                gettext("Call someone you trust. If you do use, do not be alone."),
            ),
        ),
        Situation(
            "home",
            gettext("You are not safe at home"),
            (
                gettext("If it is now: get out if you can, and call the number at the top."),
                gettext("This page stays in the list of pages you saw. You can delete it there."),
            ),
            home,
        ),
    )


def _can_wait(clinic: tuple[Call, ...]) -> Situation:
    steps = (
        (gettext("Call your clinic when it is open."),)
        if clinic
        else (gettext("Call your clinic when it is open. Its number is on your letters."),)
    )
    return Situation("can-wait", gettext("It can wait until tomorrow"), steps, clinic)


def _call(number: HelpNumber, today: date, language: str) -> Call:
    caution = ""
    if number.needs_check(today):
        caution = (
            gettext("Check this number: last looked up on {day}.").format(
                day=short_date(number.verified_on)
            )
            if number.verified_on
            else gettext("Check this number: no one has looked it up yet.")
        )
    return Call(
        number=number.number,
        href=f"tel:{number.dialled}",
        text_href=f"sms:{number.dialled}" if number.takes_texts else "",
        where=_in(number.where, language),
        how=_in(number.how, language),
        caution=caution,
    )


def _in(texts: Mapping[str, str], language: str) -> str:
    return texts.get(language) or texts.get("en") or next(iter(texts.values()), "")


def _checked(data: HelpData) -> str:
    if data.checked_by and data.checked_on:
        return gettext("Read by {name} on {day}.").format(
            name=data.checked_by, day=short_date(data.checked_on)
        )
    return gettext(
        "These steps are common advice. No one with a health licence has checked this page yet."
    )
