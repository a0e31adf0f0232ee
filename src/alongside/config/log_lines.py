"""What may stand in a log: never the secret part of a link, nor the name of a record."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from functools import cache

from django.urls import URLPattern, URLResolver, get_resolver

NAMED = re.compile(r"<[^>]+>")
ONE_NAME = r"[^/\s?'\"]+"


class WithoutAddresses(logging.Filter):
    """Lets every line through with the names in its addresses left out.

    Django logs the address of each refused request, and whoever reads a log could open a form
    by the link in it.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        words = record.getMessage()
        plain = without_names(words) if "/" in words else words
        if plain != words:
            record.msg, record.args = plain, ()
        return True


def without_names(words: str) -> str:
    """The words with every part of an address that names somebody or something as "…"."""
    for address, plain in _named_addresses():
        words = address.sub(plain, words)
    return words


@cache
def _named_addresses() -> tuple[tuple[re.Pattern[str], str], ...]:
    """Each route that takes names, the longest first, and what a log says in its place."""
    routes = {route.rstrip("/") for route in _routes(get_resolver()) if NAMED.search(route)}
    return tuple(
        (
            re.compile("/" + ONE_NAME.join(map(re.escape, NAMED.split(route)))),
            "/" + NAMED.sub("…", route),
        )
        for route in sorted(routes, key=lambda route: (-route.count("/"), route))
    )


def _routes(resolver: URLResolver, before: str = "") -> Iterator[str]:
    for entry in resolver.url_patterns:
        route = before + str(entry.pattern)
        if isinstance(entry, URLPattern):
            yield route
        else:
            yield from _routes(entry, route)
