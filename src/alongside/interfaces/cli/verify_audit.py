"""Whether a clinic's audit is what it was. This file stands alone: copy it anywhere and run it.

    python verify_audit.py clinic.sqlite3 --checkpoints FILE --key FILE-OR-TEXT

FILE is what a witness outside the clinic kept; say --checkpoints for each witness. The key is the
public one, as "alongside audit" prints it. Needs Python 3.11 and the package "cryptography".
docs/reference/audit-format.md tells what is checked, byte for byte.

Ends with 0: nothing was changed, 1: something was, 2: it could not be checked.
"""

from __future__ import annotations

import argparse
import sqlite3
import struct
import sys
from base64 import b64decode
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

TABLE = "audit_auditevent"
COLUMNS = (
    *("seq", "at", "deed", "actor_kind", "actor_person_id", "acting_as", "client_id"),
    *("subject", "subject_id", "detail", "prev_hash"),
)
LEAF, NODE, FORMAT, ED25519 = b"\x00", b"\x01", b"alongside-audit-1\n", b"\x01"
STEP = 20_000
Progress = Callable[[int, int], None]


class Changed(Exception):
    """What is wrong, in words, and the first entry that is wrong, as far as can be told."""

    def __init__(self, seq: int, words: str) -> None:
        super().__init__(words)
        self.seq = seq


class CannotCheck(Exception):
    """Why nothing can be said."""


class Key(NamedTuple):
    name: str
    id: bytes
    public: Ed25519PublicKey


class Checkpoint(NamedTuple):
    """What was signed: the root of the tree over the first `size` entries."""

    size: int
    root: bytes
    time: str
    source: str


class Report(NamedTuple):
    """What there is in an audit in which nothing is wrong."""

    n_entries: int
    n_checkpoints: int
    n_damaged: int
    last: Checkpoint | None
    uncovered_since: str

    @property
    def n_uncovered(self) -> int:
        return self.n_entries - (self.last.size if self.last else 0)


def verify(
    database: Path, files: Sequence[Path], key: Key | None, progress: Progress = lambda *_: None
) -> Report:
    """What there is, when nothing was changed.

    Raises: Changed, CannotCheck.
    """
    kept: dict[int, Checkpoint] = {}
    n_damaged = 0
    for each in (one for file in files if key for one in notes_in(file, key)):
        if each is None:
            n_damaged += 1
        elif (other := kept.setdefault(each.size, each)).root != each.root:
            raise Changed(
                each.size,
                f"Two histories were signed: of the first {each.size:,} entries, {other.source} "
                f"and {each.source} keep different ones.",
            )
    checkpoints = [kept[size] for size in sorted(kept)]
    try:
        with closing(opened(database)) as connection:
            n_entries, since = follow(connection, checkpoints, progress)
    except sqlite3.Error as problem:
        raise CannotCheck(f"{database} cannot be read: {problem}.") from None
    last = checkpoints[-1] if checkpoints else None
    return Report(n_entries, len(checkpoints), n_damaged, last, since)


def follow(
    connection: sqlite3.Connection, checkpoints: Sequence[Checkpoint], progress: Progress
) -> tuple[int, str]:
    """How many entries there are, and when the first after the last checkpoint was made.

    Raises: Changed.
    """
    (n_all,) = connection.execute(f"SELECT count(*) FROM {TABLE}").fetchone()  # noqa: S608
    covered = checkpoints[-1].size if checkpoints else 0
    due = iter(checkpoints)
    checkpoint, n_matching = next(due, None), 0
    pack, prefix = struct.Struct(f">{len(COLUMNS)}I").pack, LEAF + FORMAT
    roots: list[bytes] = []  # of the whole subtrees (RFC 6962), the largest first
    size, before, since = 0, bytes(32), ""
    as_bytes = ", ".join(f"ifnull(CAST({column} AS BLOB), x'')" for column in COLUMNS)
    query = f"SELECT seq, hash, {as_bytes} FROM {TABLE} ORDER BY seq"  # noqa: S608
    for seq, stored, *fields in connection.execute(query):
        if seq != size + 1:
            words = f"Entry {size + 1:,} is missing: in its place stands {seq!r}."
            raise Changed(size + 1, words)
        size += 1
        node = sha256(prefix + pack(*map(len, fields)) + b"".join(fields)).digest()
        if node != stored:
            raise Changed(size, f"Entry {size:,} was changed: it does not give its own hash.")
        if fields[-1] != before:
            raise Changed(size, f"Entry {size:,} does not hold on to the entry before it.")
        before, whole = node, size - 1
        while whole & 1:
            node = sha256(NODE + roots.pop() + node).digest()
            whole >>= 1
        roots.append(node)
        if checkpoint is not None and checkpoint.size == size:
            if root_over(roots) != checkpoint.root:
                raise Changed(
                    n_matching + 1,
                    f"Entries {n_matching + 1:,} to {size:,} are not those that were signed on "
                    f"{checkpoint.time} ({checkpoint.source}): they were written anew, or another "
                    "history was shown to this witness.",
                )
            n_matching, checkpoint = size, next(due, None)
        if size == covered + 1:
            since = fields[1].decode()
        if size % STEP == 0:
            progress(size, n_all)
    if checkpoint is not None:
        raise Changed(
            size + 1,
            f"Entry {size + 1:,} is missing, and all after it: {checkpoint.size:,} entries were "
            f"signed on {checkpoint.time} ({checkpoint.source}). The end was cut off, or an older "
            f"copy was put in the place of this file. What stands after entry {n_matching:,} was "
            "not found among what was signed.",
        )
    return size, since


def root_over(roots: Sequence[bytes]) -> bytes:
    *left, root = roots
    for sibling in reversed(left):
        root = sha256(NODE + sibling + root).digest()
    return root


def notes_in(file: Path, key: Key) -> Iterator[Checkpoint | None]:
    """Every checkpoint that a witness kept, and None for each note that is damaged.

    Raises: Changed when one was not signed by this key, CannotCheck.
    """
    try:
        blocks = file.read_text(encoding="utf-8", errors="replace").split("\n\n")
    except OSError as problem:
        raise CannotCheck(f"{file} cannot be read: {problem.strerror}.") from None
    text = ""
    for block in (*filter(None, (block.strip("\n") for block in blocks)), ""):
        if block.startswith("— "):
            yield signed_checkpoint(text, block.split("\n"), key, file.name)
            text = ""
        else:
            if text:  # it was cut off before its signature
                yield None
            text = block and f"{block}\n"


def signed_checkpoint(
    text: str, signatures: Iterable[str], key: Key, source: str
) -> Checkpoint | None:
    """The checkpoint in a signed note (C2SP); None when the note is damaged.

    Raises: Changed.
    """
    try:
        origin, size, root, *more = text.rstrip("\n").split("\n")
        (time,) = [line.removeprefix("time ") for line in more if line.startswith("time ")]
        found = Checkpoint(int(size), b64decode(root, validate=True), time, source)
        signed = [line.split(" ", 2) for line in signatures]
        raw = next(b64decode(kept, validate=True) for _, name, kept in signed if name == key.name)
    except (ValueError, StopIteration):
        return None
    if origin != key.name or raw[:4] != key.id or len(raw) != 4 + 64:
        return None
    try:
        key.public.verify(raw[4:], text.encode())
    except InvalidSignature:
        words = f"A checkpoint over {found.size:,} entries in {source} has a false signature."
        raise Changed(found.size, words) from None
    return found


def read_key(words: str) -> Key:
    """The public key in a text or in a file.

    Raises: CannotCheck.
    """
    try:
        text = words if "+" in words else Path(words).read_text(encoding="utf-8")
        name, number, kept = text.strip().split("+", 2)
        raw = b64decode(kept, validate=True)
        key = Key(name, bytes.fromhex(number), Ed25519PublicKey.from_public_bytes(raw[1:]))
    except (OSError, ValueError):
        raise CannotCheck(f"{words} is not the public key of an audit.") from None
    if raw[:1] == ED25519 and key.id == sha256(name.encode() + b"\n" + raw).digest()[:4]:
        return key
    raise CannotCheck(f"{words} is a damaged key.")


def opened(database: Path) -> sqlite3.Connection:
    """The database, only to be read; also from a disk on which nothing can be written."""
    address = f"{database.resolve().as_uri()}?mode=ro"
    connection = sqlite3.connect(address, uri=True)
    try:
        connection.execute(f"SELECT seq FROM {TABLE} LIMIT 1").fetchone()  # noqa: S608
    except sqlite3.OperationalError:
        connection.close()
        log = database.with_name(f"{database.name}-wal")
        if not database.is_file() or (log.exists() and log.stat().st_size):
            raise
        connection = sqlite3.connect(f"{address}&immutable=1", uri=True)
    return connection


def told(report: Report, key: Key | None) -> Iterator[str]:
    yield f"Nothing was changed. Entries that hold on to one another: {report.n_entries:,}."
    if report.last is None or key is None:
        yield (
            "No checkpoint was given, so this says little: whoever can write to the database could "
            "have written all of it anew."
        )
    else:
        yield (
            f"Checkpoints signed by {key.name}, all of which fit: {report.n_checkpoints:,}. The "
            f"last, of {report.last.time}, covers the first {report.last.size:,} entries."
        )
        if report.n_uncovered:
            yield (
                f"Younger entries: {report.n_uncovered:,}, since {report.uncovered_since} UTC. A "
                "change to these could not be seen yet."
            )
    if report.n_damaged:
        yield f"Damaged notes that were left out: {report.n_damaged:,}."


def show_progress(done: int, n_all: int) -> None:
    sys.stderr.write(f"\r{done / n_all:4.0%} of {n_all:,} entries" + "\n" * (n_all - done < STEP))


def main(words: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("database", type=Path)
    parser.add_argument("--checkpoints", type=Path, action="append", default=[], metavar="FILE")
    parser.add_argument("--key", metavar="FILE-OR-TEXT", help="the public key of the audit")
    asked = parser.parse_args(words)
    if asked.checkpoints and not asked.key:
        parser.error("checkpoints say nothing without the --key that signed them")
    watched = show_progress if sys.stderr.isatty() else lambda *_: None
    try:
        key = read_key(asked.key) if asked.key else None
        report = verify(asked.database, asked.checkpoints, key, watched)
        print("\n".join(told(report, key)))  # noqa: T201
    except Changed as change:
        print(f"Something was changed. {change}")  # noqa: T201
        return 1
    except CannotCheck as problem:
        print(f"This could not be checked. {problem}", file=sys.stderr)  # noqa: T201
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
