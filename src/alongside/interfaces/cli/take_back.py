"""`alongside take-back …`: imported answers that are not this client's, out of all that counts."""

from __future__ import annotations

from datetime import UTC, datetime

import click

from alongside.interfaces.cli.clinic_folder import clinic_in
from alongside.interfaces.cli.house import House, of_a_clinic, pass_house
from alongside.methods.vocabulary.errors import AlongsideError


class NothingImported(AlongsideError):
    """No answers that were imported stand here under {what}. Nothing was taken back."""


@click.group(name="take-back")
@of_a_clinic
def command() -> None:
    """Take imported answers back: they count no more, and signals follow.

    What they held is kept, sealed, until the client is erased, and shown to nobody; with --theirs
    the client finds it in the copy of their record.
    """


WHY = click.option("--why", required=True, help="In a few words. The client can read it.")
THEIRS = click.option("--theirs", is_flag=True, help="The words are this client's own.")


@command.command(name="visit")
@click.argument("visit_id")
@WHY
@THEIRS
@of_a_clinic
@pass_house
def visit(house: House, visit_id: str, why: str, theirs: bool) -> None:
    """Take back the imported visit VISIT_ID: it did not take place, and its feedback goes.

    \b
    Example:
      alongside take-back visit 2024-117 --why "Belongs to another person"
    """
    clinic_in(house.folder())
    from alongside.clinic.instruments.models import Response, WayIn

    _take_back(
        house,
        Response.objects.filter(
            slot__visit__imported_index=visit_id, way_in=WayIn.IMPORTED
        ).first(),
        f"the visit {visit_id}",
        why=why,
        is_theirs=theirs,
    )


@command.command(name="response")
@click.argument("code")
@click.argument("time", type=click.DateTime(["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"]))
@WHY
@THEIRS
@of_a_clinic
@pass_house
def response(house: House, code: str, time: datetime, why: str, theirs: bool) -> None:
    """Take back what the client CODE answered at TIME, on the clinic's clock.

    \b
    Example:
      alongside take-back response C-19 2024-05-06T10:00 --why "Typed in for somebody else"
    """
    clinic = clinic_in(house.folder())
    from alongside.clinic.instruments.models import Response, WayIn
    from alongside.clinic.people.models import Client

    _take_back(
        house,
        Response.objects.filter(
            client__in=Client.objects.numbered(code),
            slot__opens_at=time.replace(tzinfo=clinic.zone),
            slot__visit=None,
            way_in=WayIn.IMPORTED,
        ).first(),
        f"{code}, {time:%Y-%m-%d %H:%M}",
        why=why,
        is_theirs=theirs,
    )


def _take_back(house: House, found: object, what: str, *, why: str, is_theirs: bool) -> None:
    from alongside.clinic.audit.actor import OPERATOR
    from alongside.clinic.feedback.corrections import take_back_response
    from alongside.clinic.instruments.models import Response

    if not isinstance(found, Response):
        raise NothingImported(what=what)
    code = found.client.code
    take_back_response(
        response=found, why=why, is_theirs=is_theirs, by=OPERATOR, now=datetime.now(UTC)
    )
    house.tell(
        f"Taken back from {code}: {what}. It counts no more.", {"client": code, "what": what}
    )
