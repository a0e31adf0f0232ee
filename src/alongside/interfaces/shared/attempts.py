"""Wrong tries at a door: counted, from one address and in all, and forgotten after a while.

One address is stopped early, so that guessing takes long. The count of all tries together is far
higher: it stops a guesser with many addresses, and it takes many to keep the owner out by it.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256

from django.core.cache import cache
from django.http import HttpRequest

FORGOTTEN_AFTER = 15 * 60


@dataclass(frozen=True)
class WrongTries:
    """How often one door may be tried in vain within a quarter of an hour."""

    door: str
    most_from_one_address: int
    most_in_all: int

    def may_try(self, request: HttpRequest, name: str = "") -> bool:
        """Whether another try is let through; `name` tells doors of one kind apart."""
        here, everywhere = (int(cache.get(key, 0)) for key in self._keys(request, name))
        return here < self.most_from_one_address and everywhere < self.most_in_all

    def count(self, request: HttpRequest, name: str = "") -> None:
        """One more wrong try."""
        for key in self._keys(request, name):
            # Not `incr`, which would have it forgotten after the cache's own five minutes.
            cache.set(key, int(cache.get(key, 0)) + 1, FORGOTTEN_AFTER)

    def forget(self, request: HttpRequest, name: str = "") -> None:
        """The tries from this address forgotten, because the right one came."""
        cache.delete(self._keys(request, name)[0])

    def _keys(self, request: HttpRequest, name: str) -> tuple[str, str]:
        address = request.META.get("REMOTE_ADDR", "")
        here, everywhere = (
            sha256(part.encode(errors="replace")).hexdigest()
            for part in (f"{address} {name}", name)
        )
        return f"{self.door}:{here}", f"{self.door}:in-all:{everywhere}"
