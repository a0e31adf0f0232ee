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
A_MINUTE = 60
MOST_A_MINUTE = 20


@dataclass(frozen=True)
class WrongTries:
    """How often one door may be tried in vain within a quarter of an hour."""

    door: str
    most_from_one_address: int
    most_in_all: int

    def may_try(self, request: HttpRequest, name: str = "") -> bool:
        """Whether another try is let through; `name` tells doors of one kind apart."""
        keys = self._keys(request, name)
        counts = cache.get_many(keys)
        here, everywhere = (int(counts.get(key, 0)) for key in keys)
        return here < self.most_from_one_address and everywhere < self.most_in_all

    def is_flooded(self, request: HttpRequest) -> bool:
        """Whether so much was tried from this address within a minute that it has to wait."""
        return int(cache.get(self._minute(request), 0)) >= MOST_A_MINUTE

    def count(self, request: HttpRequest, name: str = "") -> None:
        """One more wrong try."""
        for key in self._keys(request, name):
            # Not `incr`, which would have it forgotten after the cache's own five minutes.
            cache.set(key, int(cache.get(key, 0)) + 1, FORGOTTEN_AFTER)
        minute = self._minute(request)
        cache.set(minute, int(cache.get(minute, 0)) + 1, A_MINUTE)

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

    def _minute(self, request: HttpRequest) -> str:
        address = str(request.META.get("REMOTE_ADDR", ""))
        return f"{self.door}:minute:{sha256(address.encode(errors='replace')).hexdigest()}"
