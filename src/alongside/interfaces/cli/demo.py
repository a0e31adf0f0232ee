"""`alongside demo`: a made-up clinic, served on this machine alone."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from alongside.interfaces.cli.clinic_folder import DATABASE, make_ready
from alongside.interfaces.cli.house import CannotRun, House, of_a_clinic, pass_house
from alongside.interfaces.cli.serve import LOOPBACK, make_ready_to_serve, run

DEMO_FOLDER = Path("demo-clinic")
SIGN_INS = "demo-sign-ins.json"
UNFINISHED = "demo-unfinished"


class RealClinic(CannotRun):
    """{folder} holds a real clinic, {name}. A demo needs a folder of its own: choose one with
    --data."""


class SignInsLost(CannotRun):
    """The demo in {folder} has lost its list of sign-ins. Delete that folder to make a new one."""


@click.command(name="demo")
@click.option("--port", type=click.IntRange(1, 65535), default=8000, show_default=True)
@click.option("--no-serve", is_flag=True, help="Only make the demo clinic.")
@of_a_clinic
@pass_house
def command(house: House, port: int, no_serve: bool) -> None:
    """Make a made-up clinic, unless it is there, and serve it on this machine alone.

    \b
    Example:
      alongside demo --port 8010
    """
    folder = house.folder(DEMO_FOLDER)
    _forget_half_made(folder)
    make_ready(folder)
    sign_ins = _clinic_with_sign_ins(house, folder)
    address = f"http://{LOOPBACK}:{port}"

    def tell() -> None:
        words = _words(address, sign_ins, is_served=not no_serve)
        house.tell(words, {"address": address, "folder": folder, **sign_ins})

    if no_serve:
        tell()
        return
    make_ready_to_serve(folder)
    run(folder, host=LOOPBACK, port=port, url=address, begin=tell)


def _forget_half_made(folder: Path) -> None:
    """A demo clinic that was cut short in the making goes, so that it can be made whole."""
    unfinished = folder / UNFINISHED
    if not unfinished.is_file():
        return
    for leftover in (*folder.glob(f"{DATABASE}*"), *folder.glob("outbox/*")):
        leftover.unlink()
    unfinished.unlink()


def _clinic_with_sign_ins(house: House, folder: Path) -> dict[str, Any]:
    """The ready-made sign-ins of the demo clinic, which is made if it is absent."""
    from alongside.clinic.people.models import Clinic

    kept = folder / SIGN_INS
    standing = Clinic.objects.first()
    if standing is not None and not standing.is_demo:
        raise RealClinic(folder=folder, name=standing.name)
    if standing is None:
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
