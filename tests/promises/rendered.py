"""Pages as a real browser makes them of the very bytes and headers that the house answers.

The browser asks, and the house answers in this process: what a page holds need not be committed,
and is taken back after the test.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from django.http import HttpResponse
from django.test import Client as Browser
from playwright.sync_api import Page, Route

ORIGIN = "http://testserver"
HEADERS = ("Content-Security-Policy", "Content-Type", "X-Content-Type-Options", "Referrer-Policy")

# What listens from before the first byte of a page is read.
LISTEN = """
window.heard = [];
const hear = what => window.heard.push(what);
document.addEventListener('securitypolicyviolation', event =>
  hear(`${event.violatedDirective} ${event.blockedURI} ${event.sample}`));
for (const name of ['alert', 'confirm', 'prompt']) window[name] = () => hear(`${name} was called`);
"""
# What no page of ours holds, whoever wrote the words on it.
FOREIGN = """() => {
  const found = [], runs = /^[\\s\\u0000-\\u001f]*(javascript|vbscript|data):/i;
  const tags = new Set(['iframe', 'object', 'embed', 'base', 'style', 'marquee', 'math', 'animate',
    'foreignobject', 'frame', 'applet', 'audio', 'video', 'maction', 'mglyph']);
  for (const element of document.querySelectorAll('*')) {
    const tag = element.localName.toLowerCase();
    const own = tag === 'script' && (element.getAttribute('src') || '').startsWith('/static/');
    if (tags.has(tag) || (tag === 'script' && !own)) found.push(tag);
    if (tag === 'meta' && element.httpEquiv) found.push('meta ' + element.httpEquiv);
    for (const {name, value} of element.attributes) {
      if (/^on|^style$|^srcdoc$|pwned/i.test(name)) found.push(`${tag} ${name}`);
      if (value === 'pwned') found.push(`${tag} ${name}=pwned`);
      if (/href|src|action|data|poster/i.test(name) && runs.test(value)) {
        if (!value.startsWith('data:image/')) found.push(`${tag} ${name}=${value}`);
      }
    }
  }
  return [...found, ...window.heard];
}"""
# What a page is made of, without its words: every element with the names of its attributes.
SHAPES = """pages => pages.map(page => {
  const shape = {};
  for (const element of new DOMParser().parseFromString(page, 'text/html').querySelectorAll('*')) {
    const names = [element.localName, ...element.getAttributeNames().sort()].join(' ');
    shape[names] = (shape[names] || 0) + 1;
  }
  return JSON.stringify(Object.entries(shape).sort());
})"""


@dataclass
class Stage:
    """A real browser that shows what it is given, and notes whatever it did beyond that."""

    page: Page
    noted: list[str] = field(default_factory=list)
    _kept: dict[str, tuple[int, Mapping[str, str], bytes]] = field(default_factory=dict)
    _shown: tuple[str, Mapping[str, str], bytes] = ("", {}, b"")

    def __post_init__(self) -> None:
        self.page.add_init_script(LISTEN)
        self.page.route("**/*", self._answer)
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.noted.append(f"error: {error}"))
        self.page.on("dialog", self._dismiss)

    def faults_of(self, address: str, content: bytes, headers: Mapping[str, str]) -> list[str]:
        """Everything foreign in a page, and everything that it did of itself."""
        self.noted.clear()
        self._shown = (address, headers, content)
        self.page.goto(ORIGIN + address)
        return [*self.page.evaluate(FOREIGN), *self.noted]

    def faults_in(self, answer: HttpResponse, address: str) -> list[str]:
        kept = {name: answer.headers[name] for name in HEADERS if name in answer.headers}
        return self.faults_of(address, answer.content, kept)

    def shapes_of(self, pages: list[str]) -> list[str]:
        """What each page is made of."""
        found: list[str] = self.page.evaluate(SHAPES, pages)
        return found

    def _answer(self, route: Route) -> None:
        parts = urlsplit(route.request.url)
        address, headers, content = self._shown
        if f"{parts.scheme}://{parts.netloc}" != ORIGIN:
            self.noted.append(f"asked elsewhere: {route.request.url}")
            route.abort()
        elif route.request.is_navigation_request() and route.request.url == ORIGIN + address:
            route.fulfill(status=200, headers=dict(headers), body=content)
        elif parts.path.startswith(("/static/", "/style/", "/site.webmanifest")):
            status, own, body = self._static(parts.path)
            route.fulfill(status=status, headers=dict(own), body=body)
        else:
            self.noted.append(f"asked by itself: {route.request.method} {parts.path}")
            route.fulfill(status=204)

    def _static(self, path: str) -> tuple[int, Mapping[str, str], bytes]:
        if path not in self._kept:
            answer: Any = Browser().get(path)
            body = b"".join(answer.streaming_content) if answer.streaming else answer.content
            kind = {"Content-Type": answer.headers["Content-Type"]}
            self._kept[path] = (answer.status_code, kind, body)
        return self._kept[path]

    def _hear(self, message: Any) -> None:
        if message.type == "error":
            self.noted.append(f"console: {message.text}")

    def _dismiss(self, dialog: Any) -> None:
        self.noted.append(f"dialog: {dialog.message}")
        dialog.dismiss()
