"""The one stylesheet, put together from the files of its layers in their order.

Order in the file is the layer order: tokens, base, layout, components, pages. It is kept by
concatenation and by selectors of one class each, not by `@layer`, because a browser that does not
know `@layer` (Safari before 15.4, Chrome before 99) would show no style at all, and old phones are
where our clients are. Each interface app adds `static/<app>/components/*.css` and
`static/<app>/pages.css`; nothing has to be registered.
"""

from __future__ import annotations

import gzip
import hashlib
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

from django.apps import apps
from django.conf import settings

LAYERS: Final = ("tokens", "base", "layout", "components", "pages")
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_SPACE = re.compile(r"\s+")
_TIGHT = re.compile(r" ?([{};,]) ?")


@dataclass(frozen=True)
class Stylesheet:
    """The text of the stylesheet, ready to send, and the fingerprint that names it."""

    text: str
    compressed: bytes
    digest: str


def layer_files(layer: str) -> tuple[Path, ...]:
    """The files of a layer, in the order of the apps and then of the alphabet."""
    found: list[Path] = []
    for app in apps.get_app_configs():
        if not app.name.startswith("alongside.interfaces."):
            continue
        home = Path(app.path) / "static" / app.label
        single, folder = home / f"{layer}.css", home / layer
        found += [single] if single.is_file() else []
        found += sorted(folder.glob("*.css"))
    return tuple(found)


def compact(text: str) -> str:
    """The same rules without comments and idle space."""
    return _TIGHT.sub(r"\1", _SPACE.sub(" ", _COMMENT.sub("", text))).strip()


def assemble() -> Stylesheet:
    """The stylesheet as the files now stand."""
    parts = [
        compact(path.read_text(encoding="utf-8")) for layer in LAYERS for path in layer_files(layer)
    ]
    text = "\n".join(parts)
    data = text.encode()
    return Stylesheet(
        text=text,
        compressed=gzip.compress(data, mtime=0),
        digest=hashlib.sha256(data).hexdigest()[:12],
    )


@lru_cache(maxsize=1)
def _assembled_once() -> Stylesheet:
    return assemble()


def current() -> Stylesheet:
    """The stylesheet of this process; while developing, of this moment."""
    return assemble() if settings.DEBUG else _assembled_once()
