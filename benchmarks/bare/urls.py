"""Two views as small as Django lets them be: one row of 300 bytes in, and a list of rows out."""

from __future__ import annotations

import secrets
from datetime import timedelta

from django.contrib.sessions.models import Session
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import path
from django.utils import timezone

ROW = "x" * 300
LIST = engines["django"].from_string(
    "<!doctype html><title>Rows</title><ul>{% for row in rows %}"
    '<li><a href="/{{ row.session_key }}/">{{ row.session_key }}</a> <p>{{ row.session_data }}</p>'
    " <p>{{ row.expire_date }}</p></li>{% endfor %}</ul>"
)


def alive(request: HttpRequest) -> HttpResponse:
    return HttpResponse("yes")


def write(request: HttpRequest) -> HttpResponse:
    """One row in one durable transaction through the ORM."""
    with transaction.atomic():
        Session.objects.create(
            session_key=secrets.token_hex(16),
            session_data=ROW,
            expire_date=timezone.now() + timedelta(days=1),
        )
    return HttpResponse(status=204)


def read(request: HttpRequest) -> HttpResponse:
    """A hundred rows through the ORM and Django's template language, four fields a row."""
    return HttpResponse(LIST.render({"rows": Session.objects.all()[:100]}))


urlpatterns = [path("alive/", alive), path("write/", write), path("read/", read)]
