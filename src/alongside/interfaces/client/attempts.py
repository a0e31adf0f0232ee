"""Wrong codes at the kiosk: counted, from one address and in all, and forgotten after a while."""

from __future__ import annotations

from hashlib import sha256

from django.core.cache import cache
from django.http import HttpRequest

FORGOTTEN_AFTER = 15 * 60
MOST_FROM_ONE_ADDRESS = 10
MOST_IN_ALL = 60


def may_try(request: HttpRequest) -> bool:
    """Whether another code may be tried now."""
    here, everywhere = (int(cache.get(key, 0)) for key in _keys(request))
    return here < MOST_FROM_ONE_ADDRESS and everywhere < MOST_IN_ALL


def count_wrong_try(request: HttpRequest) -> None:
    """One more wrong code, remembered for a quarter of an hour."""
    for key in _keys(request):
        cache.add(key, 0, FORGOTTEN_AFTER)
        cache.incr(key)


def _keys(request: HttpRequest) -> tuple[str, str]:
    address = request.META.get("REMOTE_ADDR", "")
    return f"kiosk:{sha256(address.encode()).hexdigest()}", "kiosk:in-all"
