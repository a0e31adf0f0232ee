"""Django's sessions, kept as sign-ins: the key in the cookie, its hash in the row."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.base import CreateError, SessionBase, UpdateError
from django.db import transaction
from django.utils import timezone

from alongside.clinic.credentials.codes import token_hash
from alongside.clinic.credentials.models import SignIn
from alongside.clinic.credentials.queries import session_with
from alongside.clinic.credentials.sign_ins import Manner, begin_sign_in, open_door
from alongside.clinic.people.models import Person


class SessionStore(SessionBase):
    """One session. `manner` says how the person came in and is set before they are let in."""

    def __init__(self, session_key: str | None = None) -> None:
        super().__init__(session_key)
        self.manner = Manner()
        self._row: SignIn | None = None

    @property
    def sign_in(self) -> SignIn | None:
        """The row of this session, if there is one."""
        self._get_session()  # type: ignore[attr-defined]  # Django's own
        return self._row

    def load(self) -> dict[str, Any]:
        self._row = session_with(token_hash(str(self.session_key)))
        if self._row is None:
            self._session_key = None
            return {}
        return dict(self._row.content)

    def exists(self, session_key: str) -> bool:
        return SignIn.objects.filter(key_hash=token_hash(session_key)).exists()

    def create(self) -> None:
        self._session_key = self._get_new_session_key()  # type: ignore[attr-defined]
        self._row = None
        self.save(must_create=True)
        self.modified = True

    def save(self, must_create: bool = False) -> None:
        if self.session_key is None:
            return self.create()
        content = self._get_session(no_load=must_create)  # type: ignore[attr-defined]
        if must_create and self.exists(self.session_key):
            raise CreateError
        if self._row is None or (self._row.person_id is None and SESSION_KEY in content):
            self._begin(content)
        elif not SignIn.objects.filter(pk=self._row.pk, ended_at__isnull=True).exists():
            raise UpdateError
        else:
            self._row.content = dict(content)
            self._row.save(update_fields=["content"])

    def _begin(self, content: dict[str, Any]) -> None:
        now, key_hash = timezone.now(), token_hash(str(self.session_key))
        with transaction.atomic():
            SignIn.objects.filter(key_hash=key_hash, person__isnull=True).delete()
            if SESSION_KEY not in content:
                self._row = open_door(key_hash=key_hash, content=content, now=now)
                return
            self._row = begin_sign_in(
                person=Person.objects.get(pk=content[SESSION_KEY]),
                key_hash=key_hash,
                content=content,
                manner=self.manner,
                now=now,
            )

    def cycle_key(self) -> None:
        """The same session under a new key, so that an old cookie opens nothing."""
        content = self._session  # type: ignore[attr-defined]
        self._session_key = self._get_new_session_key()  # type: ignore[attr-defined]
        self._session_cache = content
        self.modified = True
        if self._row is not None:
            self._row.key_hash = token_hash(str(self.session_key))
            self._row.save(update_fields=["key_hash"])

    def delete(self, session_key: str | None = None) -> None:
        key = session_key or self.session_key
        if key is not None:
            now, row = timezone.now(), SignIn.objects.filter(key_hash=token_hash(key))
            row.filter(person__isnull=True).delete()
            row.filter(ended_at__isnull=True).update(ended_at=now)
        self._row = None

    def get_expiry_age(self, **_kwargs: Any) -> int:
        row = self._row
        return int((row.ends_at - timezone.now()).total_seconds()) if row else 0

    def get_expire_at_browser_close(self) -> bool:
        """Whether the browser forgets it when it is closed: at the door, and on shared devices."""
        row = self._row
        return row is None or row.person_id is None or row.is_shared_device

    @classmethod
    def clear_expired(cls) -> None:
        """Nothing: the clinic's clock does it."""
