"""A component is a frozen value that draws itself.

The value class in `components/score_chart.py`, the template `components/score_chart.html` and the
stylesheet `components/score_chart.css` share one name, and in the template the value goes by that
name too. Pages hold components as fields and write `{% show page.chart %}`.
"""

from __future__ import annotations

from typing import TypeAlias

from django.template.loader import get_template
from django.utils.functional import Promise
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

Words: TypeAlias = str | Promise


class Component:
    """A value that draws itself with the template of its own name."""

    @classmethod
    def name(cls) -> str:
        """The one name of the component: that of its module."""
        return cls.__module__.rpartition(".")[2]

    @classmethod
    def template_name(cls) -> str:
        """Where the template lies, under the audience that the component belongs to."""
        audience = cls.__module__.split(".")[-3]
        return f"{audience}/components/{cls.name()}.html"

    def html(self, *, csrf_token: str = "") -> SafeString:
        """The markup of this value; components that hold a form need the token."""
        context = {type(self).name(): self, "csrf_token": csrf_token}
        return mark_safe(get_template(self.template_name()).render(context))  # noqa: S308  # escapes

    def __str__(self) -> str:
        return self.html()

    def __html__(self) -> str:
        return self.html()


Content: TypeAlias = Words | Component | tuple[Words | Component, ...]


def inline(content: Content) -> SafeString:
    """The content as markup for the middle of a line: text is escaped, components are drawn."""
    parts = content if isinstance(content, tuple) else (content,)
    escaped = " ".join(conditional_escape(str(part)) for part in parts)
    return mark_safe(escaped)  # noqa: S308  # escaped, part by part


def flow(content: Content) -> SafeString:
    """The content as a run of blocks: each piece of text becomes a paragraph of its own."""
    parts = content if isinstance(content, tuple) else (content,)
    return mark_safe("".join(_block(part) for part in parts if part))  # noqa: S308  # each is escaped


def _block(part: Words | Component) -> str:
    if isinstance(part, Component) or hasattr(part, "__html__"):
        return str(part)
    return f"<p>{conditional_escape(str(part))}</p>"
