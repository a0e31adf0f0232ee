"""The clinic's own clock: days and hours are those on its wall, wherever the server stands."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from alongside.clinic.people.queries import clinic_zone

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]


def in_clinic_time(view: View[P]) -> View[P]:
    """The view with "today" and every time of day as they are where the clinic is.

    Raises: NoClinic.
    """

    @wraps(view)
    def timed(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        with timezone.override(clinic_zone()):
            return view(request, *args, **kwargs)

    return timed
