"""What may stand in a log: never the secret part of a link, nor the name of a record."""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Iterator
from functools import cache
from typing import Any

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


class OneLine(logging.Formatter):
    """When (UTC), how grave, where in the code, what: on one line, whatever was sent to us.

    Only the lines of a traceback follow it, indented, so that none looks like a line of its own.
    """

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s %(message)s", "%Y-%m-%dT%H:%M:%SZ")
        self.converter = time.gmtime

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802  # logging's name
        return _plain(super().formatMessage(record))

    def formatException(self, ei: Any) -> str:  # noqa: N802  # logging's name
        return "\n".join(f"  {_plain(line)}" for line in super().formatException(ei).split("\n"))


def _plain(text: str) -> str:
    return "".join(sign if sign.isprintable() else ascii(sign)[1:-1] for sign in text)
