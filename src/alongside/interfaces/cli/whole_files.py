"""A file that is written whole or not at all: what stood there stays until the new one is done."""

from __future__ import annotations

from pathlib import Path

from alongside.interfaces.cli.house import CannotRun
from alongside.interfaces.cli.refused_rows import CannotWrite


class WouldOverwriteItself(CannotRun):
    """{path} is the file that is read. Choose another --out."""


def check_out(out: Path | None, file: Path) -> None:
    """Nothing, when what is written goes into another file than the one that is read.

    Raises: WouldOverwriteItself.
    """
    if out is not None and out.absolute().resolve() == file.absolute().resolve():
        raise WouldOverwriteItself(path=out)


def write_whole(path: Path, text: str) -> None:
    """Raises: CannotWrite."""
    draft = path.with_name(f".{path.name}.part")
    try:
        draft.write_text(text, encoding="utf-8")
        draft.replace(path)
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise CannotWrite(path=path, problem=error.strerror or error) from None
