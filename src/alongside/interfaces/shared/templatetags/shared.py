"""Tags of the base templates: show a component, draw an icon, find the stylesheet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import template
from django.contrib.messages import get_messages
from django.urls import reverse
from django.utils.safestring import SafeString

from alongside.interfaces.shared import icons, stylesheet
from alongside.interfaces.shared.component import Component
from alongside.interfaces.shared.components.notice import Notice
from alongside.interfaces.shared.tones import Tone

if TYPE_CHECKING:
    from django.template.context import Context

register = template.Library()

TONE_OF_MESSAGE = {
    "debug": Tone.NEUTRAL,
    "info": Tone.INFO,
    "success": Tone.SUCCESS,
    "warning": Tone.WARNING,
    "error": Tone.DANGER,
}


@register.simple_tag(takes_context=True)
def show(context: Context, component: Component | None) -> SafeString | str:
    """The markup of a component, with the form token of this request; nothing for no component."""
    if not isinstance(component, Component):
        return ""
    return component.html(csrf_token=str(context.get("csrf_token") or ""))


@register.simple_tag
def icon(name: str) -> SafeString:
    """The drawing of that name."""
    return icons.icon(name)


@register.simple_tag
def stylesheet_url() -> str:
    """The address of the one stylesheet, which changes with its content."""
    return reverse("shared:stylesheet", kwargs={"digest": stylesheet.current().digest})


@register.simple_tag(takes_context=True)
def message_notices(context: Context) -> tuple[Notice, ...]:
    """The one-off messages that earlier requests left for this person."""
    request = context.get("request")
    if request is None or not hasattr(request, "_messages"):
        return ()
    return tuple(
        Notice(
            str(message.message),
            tone=TONE_OF_MESSAGE.get(message.level_tag, Tone.INFO),
            is_announced=True,
        )
        for message in get_messages(request)
    )
