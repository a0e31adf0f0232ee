"""The door for the web server."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "alongside.config.settings")
django_application = get_wsgi_application()

from alongside.interfaces.shared.entrance.gate import Gate  # noqa: E402  # needs the settings

application = Gate(django_application)
