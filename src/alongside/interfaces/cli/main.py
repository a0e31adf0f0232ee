"""The command line: `alongside`, one file per command."""

from __future__ import annotations

import json
from importlib import import_module
from importlib.metadata import version
from typing import Any

import click

from alongside.interfaces.cli.house import CannotRun, Exit, House, of_a_clinic
from alongside.methods.vocabulary.errors import AlongsideError

# The command and the module that holds it, imported when it is asked for, so that `--help` and
# `score` need neither Django nor a clinic.
COMMANDS = {
    "demo": "demo",
    "serve": "serve",
    "init": "init",
    "import": "importing",
    "take-back": "take_back",
    "merge-clients": "merge_clients",
    "score": "score",
    "fit": "fit",
    "signals": "signals",
    "hazard": "hazard",
    "lab": "lab",
    "report": "report",
    "export": "export",
    "worker": "worker",
    "audit": "audit",
    "verify-audit": "verifying",
    "keys": "keys",
    "name": "name",
    "sign-out": "sign_out",
    "check": "checking",
}
_CANNOT_RUN = frozenset(
    {
        *("NoClinic", "KeyMissing", "KeyTooOpen", "KeyDamaged", "KeyGuessable", "KeyringDamaged"),
        *("SecretTooOpen", "SecretTooShort", "SecretGuessable"),
        *("SigningKeyMissing", "SigningKeyTooOpen", "SigningKeyDamaged"),
    }
)
ENDS = "Ends with 0: done, 1: something was refused, 2: wrongly asked, 3: cannot run here."


class LateCommands(click.Group):
    """A group whose commands are imported when they are named; refusals become sentences."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  # click passes it
        return list(COMMANDS)

    def get_command(
        self,
        ctx: click.Context,  # noqa: ARG002  # click passes it
        cmd_name: str,
    ) -> click.Command | None:
        module = COMMANDS.get(cmd_name)
        if module is None:
            return None
        found: click.Command = import_module(f"alongside.interfaces.cli.{module}").command
        for each in (found, *(found.commands.values() if isinstance(found, click.Group) else ())):
            each.epilog = ENDS
        return found

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except AlongsideError as error:
            _tell_refusal(error, is_json=ctx.ensure_object(House).is_json)
            ctx.exit(exit_of(error))


def exit_of(error: AlongsideError) -> Exit:
    """The number that goes with a refusal."""
    cannot = isinstance(error, CannotRun) or type(error).__name__ in _CANNOT_RUN
    return Exit.CANNOT_RUN if cannot else Exit.REFUSED


def _tell_refusal(error: AlongsideError, *, is_json: bool) -> None:
    if is_json:
        facts = {"error": type(error).__name__, "message": str(error)}
        click.echo(json.dumps(facts, ensure_ascii=False))
    click.echo(f"{click.style('Not done.', fg='red', bold=True)} {error}", err=True)


@click.group(
    cls=LateCommands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog=ENDS,
)
@click.version_option(version("alongside"), prog_name="alongside")
@of_a_clinic
def alongside() -> None:
    """Build, measure and repair the alliance between client and therapist.

    \b
    Try it:          alongside demo
    A real clinic:   alongside init --name "River House" --administrator ines
                     alongside serve
    Bring data in:   alongside import visits visits.csv
    """


if __name__ == "__main__":
    alongside(prog_name="alongside")
