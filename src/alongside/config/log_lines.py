"""What may stand in a log: never the secret part of a link, nor the name of a record."""

from __future__ import annotations

import logging
import re
import time
from typing import Any

SECRET_PARTS = re.compile(
    r"/(f|kiosk|begin/with|kept|me/[a-z-]+|clients|visits|repairs|waiting|consents|limits|demands"
    r"|opened(?:/[^/\s?]+)?)/[^/\s?'\"]+"
)


class WithoutAddresses(logging.Filter):
    """Lets every line through with the names in its addresses left out.

    Django logs the address of each refused request, and whoever reads a log could open a form
    by the link in it.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        words = record.getMessage()
        plain = SECRET_PARTS.sub(r"/\1/…", words)
        if plain != words:
            record.msg, record.args = plain, ()
        return True


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
