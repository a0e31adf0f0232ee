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
    house.tell(
        _words(address, sign_ins, is_served=not no_serve),
        {"address": address, "folder": folder, **sign_ins},
    )
    if no_serve:
        return
    make_ready_to_serve(folder)
    run(
        folder,
        host=LOOPBACK,
        port=port,
        url=address,
        say=lambda words: click.echo(words, err=True),
    )


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
    sign_ins: dict[str, Any] = json.loads(kept.read_text(encoding="utf-8"))
    return sign_ins


def _words(address: str, sign_ins: dict[str, Any], *, is_served: bool) -> str:
    lines = [
        "A made-up clinic. Nobody in it is real.",
        "",
        *_lines(sign_ins),
        "",
        f"Open {address}. Press Ctrl-C to stop." if is_served else "Start it: alongside demo",
    ]
    return "\n".join(lines)


def _lines(value: Any, name: str = "") -> list[str]:
    """Names and values as lines, whatever the demo tells of itself."""
    title = name.replace("_", " ").capitalize()
    if isinstance(value, dict):
        if all(not isinstance(each, dict | list) for each in value.values()) and not name:
            return ["  " + "  ".join(f"{each}" for each in value.values())]
        return [line for key, each in value.items() for line in _lines(each, key)]
    if isinstance(value, list):
        return [f"{title}:", *(line for each in value for line in _lines(each))]
    return [f"{title}: {value}" if title else f"  {value}"]
