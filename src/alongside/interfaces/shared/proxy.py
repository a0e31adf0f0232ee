"""Where a request really came from, when a web server with TLS passes it on."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest, HttpResponse


class TrustedProxyMiddleware:
    """Takes the address of the person and the scheme from a proxy that the site named.

    Anybody can send such headers, so from everybody else they are not read. Of a list of addresses
    the last that is no proxy of ours counts: what stands before it was only claimed.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if _is_ours(request.META.get("REMOTE_ADDR", "")):
            request.META["REMOTE_ADDR"] = _person_behind(request)
            usual = "https" if settings.SECURE_SSL_REDIRECT else "http"
            if request.META.get("HTTP_X_FORWARDED_PROTO", usual) == "https":
                request.META["wsgi.url_scheme"] = "https"
        return self.get_response(request)


def _person_behind(request: HttpRequest) -> str:
    named = [part.strip() for part in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")]
    strangers = [address for address in named if _is_address(address) and not _is_ours(address)]
    return strangers[-1] if strangers else str(request.META["REMOTE_ADDR"])


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


def _is_ours(address: str) -> bool:
    if not settings.TRUSTED_PROXIES or not _is_address(address):
        return False
    return any(ip_address(address) in network for network in _networks(settings.TRUSTED_PROXIES))


@lru_cache(maxsize=4)
def _networks(proxies: tuple[str, ...]) -> tuple[IPv4Network | IPv6Network, ...]:
    return tuple(ip_network(proxy, strict=False) for proxy in proxies)
