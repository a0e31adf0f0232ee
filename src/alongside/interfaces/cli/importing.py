"""`alongside import …`: bring instruments, answers and whole records in from files."""

from __future__ import annotations

import click

from alongside.interfaces.cli.house import of_a_clinic
from alongside.interfaces.cli.import_client import client
from alongside.interfaces.cli.import_questionnaire import questionnaire
from alongside.interfaces.cli.import_responses import responses
from alongside.interfaces.cli.import_visits import visits


@click.group(name="import")
@of_a_clinic
def command() -> None:
    """Bring instruments, rated visits, other responses or a client's whole record in from files.

    A file can be imported again at any time: what is there already stays as it is.
    """


for each in (visits, responses, questionnaire, client):
    command.add_command(each)
