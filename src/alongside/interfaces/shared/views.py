"""What has no person in it: the stylesheet, the name on a home screen, the gallery."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.templatetags.static import static

from alongside.clinic.access.checks import NotFound
from alongside.clinic.credentials.queries import is_demo
from alongside.clinic.people.queries import the_clinic
from alongside.interfaces.shared import stylesheet as sheet
from alongside.interfaces.shared.declared import Nobody, about
from alongside.interfaces.shared.gallery.page import gallery_page

if TYPE_CHECKING:
    from django.http import HttpRequest

A_YEAR = 31_536_000


@about(Nobody.PUBLIC)
def stylesheet(request: HttpRequest, digest: str) -> HttpResponse:
    """The stylesheet, kept by browsers for a year because its address changes with it."""
    now = sheet.current()
    if digest != now.digest:
        return redirect("shared:stylesheet", digest=now.digest)
    takes_gzip = "gzip" in request.headers.get("Accept-Encoding", "")
    response = HttpResponse(
        now.compressed if takes_gzip else now.text, content_type="text/css; charset=utf-8"
    )
    if takes_gzip:
        response["Content-Encoding"] = "gzip"
    response["Vary"] = "Accept-Encoding"
    response["Cache-Control"] = f"public, max-age={A_YEAR}, immutable"
    return response


@about(Nobody.PUBLIC)
def manifest(request: HttpRequest) -> JsonResponse:
    """What a home screen shows of the site: a plain name and a plain sign."""
    name = the_clinic().shown_name
    icon = {"src": static("shared/icon.svg"), "sizes": "any", "type": "image/svg+xml"}
    return JsonResponse(
        {
            "name": name,
            "short_name": name,
            "start_url": "/",
            "scope": "/",
            "display": "minimal-ui",
            "icons": [icon],
        },
        content_type="application/manifest+json",
    )


@about(Nobody.PUBLIC)
def gallery(request: HttpRequest) -> HttpResponse:
    """Every component in every state, with invented content; in a clinic it is not there."""
    if not (settings.GALLERY or is_demo()):
        raise NotFound
    page = gallery_page(theme=request.GET.get("theme", ""))
    return render(request, "shared/gallery.html", {"page": page, "theme": page.theme})
