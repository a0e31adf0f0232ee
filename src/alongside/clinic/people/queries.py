"""Who is who."""

from __future__ import annotations

from alongside.clinic.people.models import Clinic
from alongside.methods.vocabulary.errors import AlongsideError


class NoClinic(AlongsideError):
    """There is no clinic here yet. Make one with "alongside demo" or "alongside init"."""


def the_clinic() -> Clinic:
    """The one clinic of this installation.

    Raises: NoClinic.
    """
    clinic = Clinic.objects.first()
    if clinic is None:
        raise NoClinic
    return clinic
