"""The gallery as a page."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby

from django.utils.translation import gettext

from alongside.interfaces.shared.components.tabs import Tab, Tabs
from alongside.interfaces.shared.gallery.asking import asking
from alongside.interfaces.shared.gallery.drawing import drawing
from alongside.interfaces.shared.gallery.exhibit import Exhibit
from alongside.interfaces.shared.gallery.telling import telling

THEMES = ("light", "dark")


@dataclass(frozen=True)
class Wall:
    """All states of one component, side by side."""

    component: str
    exhibits: tuple[Exhibit, ...]


@dataclass(frozen=True)
class GalleryPage:
    """What the gallery shows, and in which light."""

    theme: str
    themes: Tabs
    walls: tuple[Wall, ...]


def gallery() -> tuple[Exhibit, ...]:
    """Every component in every state, those of one component together."""
    exhibits = (*asking(), *drawing(), *telling())
    return tuple(sorted(exhibits, key=lambda exhibit: exhibit.component))


def gallery_page(*, theme: str) -> GalleryPage:
    """The page, in the theme asked for or else in the reader's own."""
    chosen = theme if theme in THEMES else ""
    names = {"": gettext("As set here"), "light": gettext("Light"), "dark": gettext("Dark")}
    return GalleryPage(
        theme=chosen,
        themes=Tabs(
            gettext("Colours"),
            tuple(Tab(name, f"?theme={key}", key == chosen) for key, name in names.items()),
        ),
        walls=tuple(
            Wall(component, tuple(exhibits))
            for component, exhibits in groupby(gallery(), key=lambda exhibit: exhibit.component)
        ),
    )
