"""What every command shares: which clinic folder, how to tell, how far along, how to end."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path
from typing import Any, TypeVar

import click
from click.core import ParameterSource

from alongside.methods.vocabulary.errors import AlongsideError

Command = TypeVar("Command", bound=Callable[..., Any])
Advance = Callable[[int], None]

ENVIRONMENT_DATA = "ALONGSIDE_DATA"
USUAL_FOLDER = Path("clinic-data")


class Exit(IntEnum):
    """What the number says with which a command ends."""

    OK = 0
    REFUSED = 1
    USAGE = 2
    CANNOT_RUN = 3


class CannotRun(AlongsideError):
    """This cannot run here."""


@dataclass
class House:
    """What was said on the command line for all commands alike."""

    data: Path | None = None
    is_json: bool = False

    def folder(self, usual: Path = USUAL_FOLDER) -> Path:
        """Where the clinic lives."""
        return (self.data or usual).absolute()

    def tell(self, words: str, facts: Mapping[str, Any]) -> None:
        """Say the same thing to a person or, with --json, to a program."""
        if self.is_json:
            words = json.dumps(facts, ensure_ascii=False, indent=2, default=str)
        click.echo(words)
        sys.stdout.flush()

    @contextmanager
    def progress(self, label: str, length: int) -> Iterator[Advance]:
        """A bar that moves as the work does; silent where nobody watches."""
        if self.is_json or not sys.stderr.isatty():
            yield lambda _n: None
            return
        with click.progressbar(length=length, label=label, file=sys.stderr) as bar:
            yield bar.update


def _choose_data(context: click.Context, option: click.Parameter, value: Path | None) -> None:
    house = context.ensure_object(House)
    # What was typed before the command's name stands above the environment read after it.
    is_typed = context.get_parameter_source(option.name or "") is ParameterSource.COMMANDLINE
    if value is not None and (is_typed or house.data is None):
        house.data = value


def _choose_json(context: click.Context, _option: click.Parameter, value: bool) -> None:
    house = context.ensure_object(House)
    house.is_json = house.is_json or value


def speaks_json(command: Command) -> Command:
    """The command with --json, which may stand before or after its name."""
    return click.option(
        "--json",
        is_flag=True,
        expose_value=False,
        callback=_choose_json,
        help="Answer in JSON, for programs; no progress bar.",
    )(command)


def of_a_clinic(command: Command) -> Command:
    """The command with --data and --json, which may stand before or after its name."""
    with_data = click.option(
        "--data",
        type=click.Path(path_type=Path, file_okay=False),
        envvar=ENVIRONMENT_DATA,
        expose_value=False,
        callback=_choose_data,
        help="The folder where the clinic lives: database, keys, outbox. Else $ALONGSIDE_DATA.",
    )(command)
    return speaks_json(with_data)


pass_house = click.make_pass_decorator(House, ensure=True)
