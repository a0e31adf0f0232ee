"""The one way by which a file leaves through a page: a package that the gateway made."""

from __future__ import annotations

from django.http import HttpResponse

from alongside.clinic.disclosures.package import Package


def package_response(package: Package) -> HttpResponse:
    """The package as a file to keep; no browser opens it by itself."""
    return HttpResponse(
        package.content,
        content_type=package.media_type,
        headers={"Content-Disposition": f'attachment; filename="{package.name}"'},
    )
