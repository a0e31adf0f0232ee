"""Every address, by audience."""

from __future__ import annotations

from django.urls import include, path

from alongside.interfaces.shared import doors

urlpatterns = [
    path("", doors.front_door, name="front_door"),
    path("language/", doors.set_language, name="set_language"),
    path("", include("alongside.interfaces.shared.entrance.urls")),
    path("", include("alongside.interfaces.shared.urls")),
    path("", include("alongside.interfaces.client.urls")),
    path("caseload/", include("alongside.interfaces.therapist.urls")),
    path("supervision/", include("alongside.interfaces.supervisor.urls")),
    path("privacy/", include("alongside.interfaces.privacy.urls")),
    path("administration/", include("alongside.interfaces.admin.urls")),
]

handler400 = "alongside.interfaces.shared.errors.unreadable"
handler404 = "alongside.interfaces.shared.errors.not_found"
handler500 = "alongside.interfaces.shared.errors.server_error"
