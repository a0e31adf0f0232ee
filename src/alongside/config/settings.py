"""Django's settings. Everything that differs between machines comes from `environment`."""

from __future__ import annotations

from pathlib import Path

from csp.constants import NONE, SELF

from alongside.config.environment import read_environment

ENVIRONMENT = read_environment()
PACKAGE = Path(__file__).resolve().parent.parent

SECRET_KEY = ENVIRONMENT.secret_key
DEBUG = False
ALLOWED_HOSTS = list(ENVIRONMENT.allowed_hosts)
BASE_URL = ENVIRONMENT.base_url
DATA_FOLDER = ENVIRONMENT.data
KEYS_FOLDER = ENVIRONMENT.keys
KEYRING = ENVIRONMENT.keyring

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "csp",
    "alongside.config.accounts.AllauthAccounts",
    "allauth.mfa",
    "alongside.clinic.vault",
    "alongside.clinic.audit",
    "alongside.clinic.people",
    "alongside.clinic.access",
    "alongside.clinic.credentials",
    "alongside.clinic.consent",
    "alongside.clinic.outbox",
    "alongside.clinic.instruments",
    "alongside.clinic.visits",
    "alongside.clinic.sealed_notes",
    "alongside.clinic.alliance",
    "alongside.clinic.progress",
    "alongside.clinic.engagement",
    "alongside.clinic.signals",
    "alongside.clinic.supervision",
    "alongside.clinic.disclosures",
    "alongside.clinic.transparency",
    "alongside.clinic.feedback",
    "alongside.interfaces.shared",
    "alongside.interfaces.client",
    "alongside.interfaces.therapist",
    "alongside.interfaces.supervisor",
    "alongside.interfaces.privacy",
    "alongside.interfaces.admin",
]

MIDDLEWARE = [
    "alongside.interfaces.shared.proxy.TrustedProxyMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "alongside.interfaces.shared.middleware.NoStoreMiddleware",
    "alongside.interfaces.shared.middleware.LongestHeaderMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "alongside.interfaces.shared.presence.PresenceMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "alongside.interfaces.shared.middleware.ViewerMiddleware",
    "alongside.interfaces.shared.middleware.LargestBodyMiddleware",
    "alongside.interfaces.shared.declared.DeclaredMiddleware",
]

ROOT_URLCONF = "alongside.config.urls"
WSGI_APPLICATION = "alongside.config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.messages.context_processors.messages",
                "alongside.interfaces.shared.frame.frame",
            ],
        },
    }
]

# Every commit is on the disk before anybody is told "saved": WAL with synchronous=FULL, and
# IMMEDIATE so that two writers wait for each other instead of failing. No mmap; see decision 0003.
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": ENVIRONMENT.database,
        "CONN_MAX_AGE": None,
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": (
                "PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;PRAGMA secure_delete=ON;"
                "PRAGMA journal_size_limit=27103364;PRAGMA cache_size=-20000;"
                "PRAGMA temp_store=MEMORY;PRAGMA foreign_keys=ON;"
            ),
        },
        "TEST": {"NAME": ENVIRONMENT.data / "test.sqlite3"},
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "people.Person"
AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend"]
PASSWORD_HASHERS = ["alongside.clinic.credentials.hashing.MeasuredArgon2"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("sign_in_name", "display_name")},
    },
    {"NAME": "alongside.clinic.people.passwords.NotLeaked"},
    {"NAME": "alongside.clinic.people.passwords.NotOfThisHouse"},
]
# Of allauth only the records of keys are used: no page of it, and no account by e-mail.
ACCOUNT_USER_MODEL_USERNAME_FIELD = "sign_in_name"
ACCOUNT_USER_MODEL_EMAIL_FIELD = None
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
MFA_ADAPTER = "alongside.clinic.credentials.sealing.SealingAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_TOTP_TOLERANCE = 0  # a code is good while it shows: the machine's clock has to be right
LOGIN_URL = "sign_in"
LOGIN_REDIRECT_URL = "front_door"

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("es", "Español")]
LOCALE_PATHS = [PACKAGE / "interfaces" / "locale"]
LANGUAGE_COOKIE_NAME = "__Host-language" if ENVIRONMENT.is_secure else "language"
LANGUAGE_COOKIE_SAMESITE = "Lax"
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

# The gallery of components is for those who build them; a demo shows it too.
GALLERY = False

STATIC_URL = "/static/"
STATIC_ROOT = ENVIRONMENT.data / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_ALLOW_ALL_ORIGINS = False

# A browser takes a cookie of this prefix from this very host alone, and only over TLS.
COOKIE_PREFIX = "__Host-" if ENVIRONMENT.is_secure else ""
SESSION_ENGINE = "alongside.interfaces.shared.sessions"
SESSION_COOKIE_NAME = f"{COOKIE_PREFIX}session"
DEVICE_COOKIE_NAME = f"{COOKIE_PREFIX}device"
AWAY_COOKIE_NAME = f"{COOKIE_PREFIX}away"
CSRF_COOKIE_NAME = f"{COOKIE_PREFIX}csrf"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = ENVIRONMENT.is_secure
CSRF_COOKIE_SECURE = ENVIRONMENT.is_secure
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "alongside.interfaces.shared.errors.csrf_failed"
CSRF_TRUSTED_ORIGINS = [BASE_URL]
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 31_536_000 if ENVIRONMENT.is_secure else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = ENVIRONMENT.is_secure
SECURE_SSL_REDIRECT = ENVIRONMENT.is_secure
# Whose word is believed on where a request came from: the web server with TLS before this one.
TRUSTED_PROXIES = ENVIRONMENT.proxies
X_FRAME_OPTIONS = "DENY"
# Whether a page is kept back that asks the policy for more than it declares. Else it is logged.
KEEPS_BACK_UNDECLARED = False
DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 500
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "object-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "report-uri": "/policy-report/",
    }
}
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "attempts",
        # When it is full, entries are dropped: with the usual 300, a stranger who tries many
        # names could have the wrong tries for one name forgotten.
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"addresses": {"()": "alongside.config.log_lines.WithoutAddresses"}},
    "formatters": {"line": {"()": "alongside.config.log_lines.OneLine"}},
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "filters": ["addresses"],
            "formatter": "line",
        }
    },
    "root": {"handlers": ["console"], "level": "WARNING"},
}

# Who keeps what the audit signed, outside of this machine: folders, and an address for one letter a
# day. Where nobody does, whoever owns this machine could write the audit anew.
WITNESSES = ENVIRONMENT.witnesses
WITNESS_EMAIL = ENVIRONMENT.witness_email

# Who carries a message out of the house: a class with `send(message)`.
# A mail server that hangs must not hold the messages behind it longer than their lease.
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = ENVIRONMENT.mail_from
MESSAGE_SENDER = "alongside.clinic.outbox.senders.FolderSender"
