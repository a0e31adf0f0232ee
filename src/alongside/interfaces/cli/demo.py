"""`alongside demo`: a made-up clinic, served on this machine alone."""

from __future__ import annotations

import json
import os
import sqlite3
from contextlib import closing
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from alongside.interfaces.cli.clinic_folder import make_ready
from alongside.interfaces.cli.house import CannotRun, House, of_a_clinic, pass_house
from alongside.interfaces.cli.own_files import DATABASE, KEYRING
from alongside.interfaces.cli.serve import (
    ENVIRONMENT_URL,
    LOOPBACK,
    check_free,
    lock_folder,
    make_ready_to_serve,
    run,
)
from alongside.interfaces.shared.demo_folder import SIGN_INS

DEMO_FOLDER = Path("demo-clinic")
UNFINISHED = "demo-unfinished"


class RealClinic(CannotRun):
    """{folder} holds a real clinic, {name}. A demo needs a folder of its own: choose one with
    --data."""


class SignInsLost(CannotRun):
    """The demo in {folder} has lost its list of sign-ins. Make a new one with --fresh."""


@click.command(name="demo")
@click.option("--port", type=click.IntRange(1, 65535), default=8000, show_default=True)
@click.option("--no-serve", is_flag=True, help="Only make the demo clinic.")
@click.option("--fresh", is_flag=True, help="Forget the demo that is there and make a new one.")
@click.option("--yes", is_flag=True, help="Do not ask before the old demo is forgotten.")
@of_a_clinic
@pass_house
def command(house: House, port: int, no_serve: bool, fresh: bool, yes: bool) -> None:
    """Make a made-up clinic, unless it is there, and serve it on this machine alone.

    The weeks of a demo end on the day it is made: make it anew when they have grown old.

    \b
    Examples:
      alongside demo --port 8010
      alongside demo --fresh
    """
    folder = house.folder(DEMO_FOLDER)
    address = f"http://{LOOPBACK}:{port}"
    os.environ[ENVIRONMENT_URL] = address  # the letters of the demo carry it
    _refuse_real_clinic(folder)
    if not no_serve:
        _check_servable(folder, port)
    _forget_half_made(folder)
    if fresh and (folder / DATABASE).is_file():
        _forget_demo(folder, asks=not (yes or house.is_json))
    make_ready(folder)
    sign_ins = _clinic_with_sign_ins(house, folder)

    def tell() -> None:
        words = _words(address, sign_ins, is_served=not no_serve)
        house.tell(words, {"address": address, "folder": folder, **sign_ins})

    if no_serve:
        tell()
        return
    make_ready_to_serve(folder)
    run(folder, host=LOOPBACK, port=port, url=address, begin=tell)


def _check_servable(folder: Path, port: int) -> None:
    """Nothing, when the demo can be served here: asked first, since making a clinic takes long.

    Raises: AlreadyServed, AddressTaken.
    """
    if (folder / DATABASE).is_file():
        lock_folder(folder).close()
    check_free(LOOPBACK, port)


def _forget_half_made(folder: Path) -> None:
    """A demo that was cut short while it was made goes; nothing else does.

    Raises: AlreadyServed.
    """
    if (folder / UNFINISHED).is_file():
        _forget_demo(folder, asks=False)


def _forget_demo(folder: Path, *, asks: bool) -> None:
    """The demo in the folder goes, if nobody serves it.

    Raises: AlreadyServed.
    """
    with lock_folder(folder):
        if asks:
            click.confirm(f"Forget the demo in {folder} and make a new one?", abort=True, err=True)
        _forget(folder)


def _refuse_real_clinic(folder: Path) -> None:
    """Nothing, unless the clinic in the folder is no demo: then not even its database is brought up
    to date.

    Read past Django, because an old demo may be of a version that cannot be upgraded.
    Raises: RealClinic.
    """
    if not (folder / DATABASE).is_file():
        return
    with closing(sqlite3.connect(f"file:{folder / DATABASE}?mode=ro", uri=True)) as database:
        tables = database.execute("SELECT 1 FROM sqlite_master WHERE name = 'people_clinic'")
        if tables.fetchone() is None:
            return
        found = database.execute("SELECT name FROM people_clinic WHERE NOT is_demo").fetchone()
    if found:
        raise RealClinic(folder=folder, name=found[0])


def _forget(folder: Path) -> None:
    """What makes a demo clinic goes: its database, the keys to it, its letters, its sign-ins."""
    (folder / UNFINISHED).touch()
    stores = (*folder.glob(f"{DATABASE}*"), *folder.glob(f"{KEYRING}*"))
    leftovers = (*stores, *folder.glob("outbox/*"), folder / SIGN_INS)
    for leftover in leftovers:
        leftover.unlink(missing_ok=True)
    (folder / UNFINISHED).unlink()


def _clinic_with_sign_ins(house: House, folder: Path) -> dict[str, Any]:
    """The ready-made sign-ins of the demo clinic, which is made if it is absent."""
    from alongside.clinic.people.models import Clinic

    kept = folder / SIGN_INS
    if not Clinic.objects.exists():
        from alongside.interfaces.cli.demo_clinic import make_demo_clinic

        (folder / UNFINISHED).touch()
        with house.progress("Making the demo clinic", 100) as advance:
            made = make_demo_clinic(now=datetime.now(UTC), progress=advance)
        kept.write_text(json.dumps(asdict(made), ensure_ascii=False), encoding="utf-8")
        (folder / UNFINISHED).unlink()
    if not kept.is_file():
        raise SignInsLost(folder=folder)
    sign_ins: dict[str, Any] = json.loads(kept.read_text(encoding="utf-8"))
    return sign_ins


def _words(address: str, sign_ins: dict[str, Any], *, is_served: bool) -> str:
    people = sign_ins["people"]
    widest = max(len(person["sign_in_name"]) for person in people)
    return "\n".join(
        (
            "A made-up clinic. Nobody in it is real.",
            "",
            f"Everyone signs in with the password  {sign_ins['password']}",
            *(
                f"  {person['sign_in_name']:<{widest}}  {person['role']}. {person['shows']}"
                for person in people
            ),
            "",
            f"Open  {address}  and press Ctrl-C here to stop."
            if is_served
            else "Serve it with  alongside demo",
        )
    )
