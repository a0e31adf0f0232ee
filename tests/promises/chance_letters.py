"""Letters on a page that were drawn by lot, and may spell anything."""

from __future__ import annotations

import re

TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="[^"]*"')


def without_tokens(page: str) -> str:
    """The page without the tokens of its forms, one of which spelled a name once."""
    return TOKEN.sub("", page)
