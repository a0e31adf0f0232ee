"""`alongside import …`: bring instruments and answers in from files."""

from __future__ import annotations

import click

from alongside.interfaces.cli.house import of_a_clinic
from alongside.interfaces.cli.import_questionnaire import questionnaire
from alongside.interfaces.cli.import_responses import responses
from alongside.interfaces.cli.import_visits import visits


@click.group(name="import")
@of_a_clinic
def command() -> None:
    """Bring instruments, rated visits or other responses in from files.

    A file can be imported again at any time: what is there already stays as it is.
    """


for each in (visits, responses, questionnaire):
    command.add_command(each)
