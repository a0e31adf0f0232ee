"""Small line drawings on a grid of 24, drawn for this project.

An icon never stands alone: words beside it always say the same thing.
"""

from __future__ import annotations

from typing import Final

from django.utils.html import format_html
from django.utils.safestring import SafeString

PATHS: Final[dict[str, str]] = {
    "alone": "M12 4a4 4 0 1 1 0 8 4 4 0 0 1 0-8ZM5 20c.6-3.6 3.3-5.5 7-5.5s6.4 1.9 7 5.5",
    "arrow_back": "M19 12H5m6-6-6 6 6 6",
    "arrow_on": "M5 12h14m-6-6 6 6-6 6",
    "attention": "M12 4v9m0 5.5v.5",
    "check": "m5 12.5 4.5 4.5L19 7.5",
    "danger": "m7 7 10 10M17 7 7 17",
    "eye": "M3 12c2-4 5.2-6 9-6s7 2 9 6c-2 4-5.2 6-9 6s-7-2-9-6Zm9-2.5a2.5 2.5 0 1 1 0 5 2.5 2.5 0 "
    "0 1 0-5Z",
    "help": "M12 3a9 9 0 1 1 0 18 9 9 0 0 1 0-18Zm-2.6 6.4c.2-1.5 1.3-2.4 2.7-2.4 1.5 0 2.6 1 2.6 "
    "2.3 0 1.9-2.6 2.1-2.6 4.2m0 3v.3",
    "info": "M12 11v6m0-10v.3",
    "moon": "M19.5 14.5A8 8 0 0 1 9.5 4.5a8 8 0 1 0 10 10Z",
    "print": "M7 9V4h10v5M7 17H4v-7h16v7h-3M7 14h10v6H7Z",
    "strain": "M3 14c3 0 3-5 6-5s3 8 6 8 3-4 6-4",
    "success": "m5 12.5 4.5 4.5L19 7.5",
    "warning": "M12 8v5m0 3.5v.3M12 3.5 21.5 20h-19Z",
}


def icon(name: str) -> SafeString:
    """The drawing as inline SVG, hidden from screen readers because words say it too."""
    return format_html(
        '<svg class="icon" viewBox="0 0 24 24" width="24" height="24" aria-hidden="true" '
        'focusable="false"><path d="{}"/></svg>',
        PATHS[name],
    )
