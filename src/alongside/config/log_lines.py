"""What may stand in a log: never the secret part of a link, nor the name of a record."""

from __future__ import annotations

import logging
import re

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
