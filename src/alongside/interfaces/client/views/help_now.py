"""The help page: no sign-in, no session, no query, no script, so that it opens when little does."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language, override

from alongside.interfaces.client.help_numbers import help_data
from alongside.interfaces.client.pages.help_now import help_page
from alongside.interfaces.shared.declared import Nobody, about
from alongside.interfaces.shared.demo_folder import holds_a_demo
from alongside.interfaces.shared.middleware import now_of

KEPT_FOR = 60 * 60


@about(Nobody.PUBLIC)
def help_now(request: HttpRequest) -> HttpResponse:
    """What to do now. `?language=` shows it in another language and remembers nothing."""
    asked = request.GET.get("language", "")
    language = asked if asked in dict(settings.LANGUAGES) else get_language() or "en"
    with override(language):
        page = help_page(
            help_data(settings.DATA_FOLDER),
            today=now_of(request).date(),
            language=language,
            is_demo=holds_a_demo(settings.DATA_FOLDER),
        )
        response = render(request, "client/help_now.html", {"page": page, "language": language})
    response.headers["Cache-Control"] = f"private, max-age={KEPT_FOR}"
    return response
