"""What each page touches of anybody's record, said in one line above its view.

    @about(seeing(Segment.IDENTITY), post=recording(Segment.ATTENDANCE))
    @only_for(Role.THERAPIST)
    def a_page(request: HttpRequest, client_id: str) -> HttpResponse:

The line also says which methods the page has. A page without it is not served, and no page asks the
policy for more than its line says.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import wraps
from typing import Any, Concatenate, Final, ParamSpec

from django.conf import settings
from django.core.checks import CheckMessage, Error
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver, get_resolver
from django.views.decorators.http import require_http_methods

from alongside.clinic.access.asked import Asked, listening
from alongside.clinic.access.policy import Deed, Segment

logger = logging.getLogger(__name__)

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]
DECLARED: Final = "declared"
DOOR: Final = "door"
SIGNED_IN: Final = "signed in"
CLIENTS: Final = "clients"
LINK: Final = "link"
OR: Final = " or "


class Nobody(StrEnum):
    """Why a page touches nobody's record."""

    PUBLIC = "the same for everybody who gets here"
    DOOR = "whoever is at the door is not known yet"
    OWN = "only what this person left here"
    DEMO = "people who were made up, in a demo clinic alone"


Touched = frozenset[Asked] | Nobody


def seeing(*segments: Segment) -> frozenset[Asked]:
    """Reading of these kinds of record."""
    return frozenset((segment, Deed.SEE) for segment in segments)


def answering(*segments: Segment) -> frozenset[Asked]:
    """Answering for oneself."""
    return frozenset((segment, Deed.ANSWER) for segment in segments)


def recording(*segments: Segment) -> frozenset[Asked]:
    """Writing into these kinds of record."""
    return frozenset((segment, Deed.RECORD) for segment in segments)


@dataclass(frozen=True)
class Declared:
    """What a page touches when it is read, and what besides when something is sent to it.

    `parts` are shown to those alone who may see them, on a page that is for others as well.
    """

    get: Touched | None
    post: Touched | None
    parts: frozenset[Asked]

    @property
    def methods(self) -> tuple[str, ...]:
        """The methods that the page has."""
        read = () if self.get is None else ("GET", "HEAD")
        return read if self.post is None else (*read, "POST")

    def by(self, method: str) -> frozenset[Asked]:
        """All that the page may ask for under this method.

        What is sent may also be refused, and then the page is shown with what was wrong.
        """
        return self.parts | _pairs(self.get, self.post if method == "POST" else None)

    @property
    def needed(self) -> frozenset[Asked]:
        """What somebody must be allowed for whom this page is: who sees a form may send it."""
        return _pairs(self.get, self.post)


def _pairs(*touched: Touched | None) -> frozenset[Asked]:
    nothing: frozenset[Asked] = frozenset()
    return nothing.union(*(each for each in touched if isinstance(each, frozenset)))


def about(
    get: Touched | None = None,
    *,
    post: Touched | None = None,
    parts: frozenset[Asked] = frozenset(),
) -> Callable[[View[P]], View[P]]:
    """The view, which has these methods and touches no more than this under each."""
    declared = Declared(get, post, parts)

    def decorate(view: View[P]) -> View[P]:
        @wraps(view)
        def held(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            return view(request, *args, **kwargs)

        setattr(held, DECLARED, declared)
        return require_http_methods(declared.methods)(held)

    return decorate


def declared_of(view: Callable[..., Any]) -> Declared | None:
    """What the view declares. Missing: None when it declares nothing."""
    declared: Declared | None = getattr(view, DECLARED, None)
    return declared


def door_of(view: Callable[..., Any]) -> str | None:
    """Whom the view is for: roles, or one of the three above. Missing: None for everybody's."""
    door: str | None = getattr(view, DOOR, None)
    return door


def roles_at(door: str) -> frozenset[str]:
    """The roles that a door is for, each enough by itself."""
    return frozenset(door.split(OR))


class Undeclared(Exception):
    """A page that does not declare what it touches, or asks for more than it declares."""


class DeclaredMiddleware:
    """Serves no page that declares nothing, and holds every other to what it declares.

    A page that asks for more is kept back in tests. In a clinic it is shown, since the policy has
    said yes to each thing on it, and stands in the log.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with listening() as asked:
            response = self.get_response(request)
        request.asked = frozenset(asked)  # type: ignore[attr-defined]  # tests read it
        match = request.resolver_match
        declared = declared_of(match.func) if match else None
        beyond = frozenset(asked) - (declared.by(request.method or "") if declared else frozenset())
        if match and beyond:
            self._found(f"{match.view_name} under {request.method} asks for {words_for(beyond)}")
        return response

    def process_view(self, _: HttpRequest, view: Callable[..., HttpResponse], *__: object) -> None:
        """Nothing, when the view declares what it touches.

        Raises: Undeclared.
        """
        if declared_of(view) is None:
            raise Undeclared(f"{name_of(view)} does not declare what it touches.")

    def _found(self, problem: str) -> None:
        if settings.KEEPS_BACK_UNDECLARED:
            raise Undeclared(problem)
        logger.error("%s, which it does not declare", problem)


@dataclass(frozen=True)
class Route:
    """One address: its pattern as people read it, its name, and the view behind it."""

    address: str
    name: str
    view: Callable[..., Any]


def routes() -> Iterator[Route]:
    """Every address of the house, in the order in which they are looked up."""
    return _routes(get_resolver().url_patterns, "/", "")


def _routes(
    patterns: Iterable[URLPattern | URLResolver], before: str, space: str
) -> Iterator[Route]:
    for each in patterns:
        address = f"{before}{each.pattern}"
        if isinstance(each, URLResolver):
            inner = f"{space}{each.namespace}:" if each.namespace else space
            yield from _routes(each.url_patterns, address, inner)
        else:
            yield Route(address, f"{space}{each.name or ''}", each.callback)


def check_declared(**_: object) -> list[CheckMessage]:
    """An error for every address whose view does not declare what it touches.

    Run by Django's system check and by `alongside serve`.
    """
    return [
        Error(
            f"{route.address} does not declare what it touches ({name_of(route.view)}).",
            hint="Put @about(...) above the view: see interfaces/shared/declared.py.",
            id="shared.E001",
        )
        for route in routes()
        if declared_of(route.view) is None
    ]


def words_for(touched: Touched) -> str:
    """What is touched, as people read it: "see identity, progress; record attendance"."""
    if isinstance(touched, Nobody):
        return f"nobody: {touched}"
    by_deed = (
        (deed, sorted(segment for segment, wanted in touched if wanted is deed)) for deed in Deed
    )
    return "; ".join(f"{deed} {', '.join(segments)}" for deed, segments in by_deed if segments)


def name_of(view: Callable[..., Any]) -> str:
    """The view, as one finds it in the code."""
    return f"{view.__module__}.{getattr(view, '__qualname__', view)}"
