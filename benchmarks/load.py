"""Asks a server over a number of kept-open connections and says how long each answer took.

A process of its own, so that its work is not counted as the server's. One JSON job a line on the
standard input: `{"port", "connections", "headers", "form", "requests": [[method, path, body], …]}`.
It opens the connections, fetches `form` over each when there is one (for the cookie and the token
that every later request over that connection sends back), prints "ready", waits for a line, asks,
and prints one JSON line. Nothing is asked twice.
"""

from __future__ import annotations

import json
import re
import sys
import threading
import time
from collections import deque
from dataclasses import asdict, dataclass, field
from http.client import HTTPConnection, HTTPException
from typing import Any

TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


@dataclass
class Asked:
    """All answers of one job. `took_ms` and `answers` (status, Location) go by the request."""

    seconds: float
    took_ms: list[float] = field(default_factory=list)
    answers: list[tuple[int, str]] = field(default_factory=list)


class Line:
    """One kept-open connection with its cookie and its form token."""

    def __init__(self, port: int, headers: dict[str, str], form: str) -> None:
        self.connection = HTTPConnection("127.0.0.1", port, timeout=60)
        self.headers = dict(headers)
        self.token = ""
        if not form:
            return
        self.connection.request("GET", form, headers=self.headers)
        answer = self.connection.getresponse()
        text = answer.read().decode()
        cookie = (answer.getheader("Set-Cookie") or "").partition(";")[0]
        token = TOKEN.search(text)
        if token is None or not cookie:
            raise RuntimeError(f"{form} answered {answer.status} without a form")
        self.token = token[1]
        self.headers["Cookie"] = "; ".join(filter(None, (headers.get("Cookie"), cookie)))

    def ask(self, method: str, path: str, body: str) -> tuple[int, str]:
        """Status and Location; 0 when the connection broke before an answer."""
        sent: bytes | None = None
        headers = self.headers
        if method == "POST":
            headers = {**headers, "Content-Type": "application/x-www-form-urlencoded"}
            sent = f"{body}&csrfmiddlewaretoken={self.token}".encode()
        try:
            self.connection.request(method, path, body=sent, headers=headers)
            answer = self.connection.getresponse()
            answer.read()
        except (OSError, HTTPException):
            self.connection.close()
            return 0, ""
        return answer.status, answer.getheader("Location") or ""


def ask_all(job: dict[str, Any], lines: list[Line]) -> Asked:
    """Every request asked once, by whichever connection is free."""
    waiting = deque(enumerate(job["requests"]))
    asked = Asked(0.0, [0.0] * len(waiting), [(0, "")] * len(waiting))

    def work(line: Line) -> None:
        while True:
            try:
                number, (method, path, body) = waiting.popleft()
            except IndexError:
                return
            began = time.perf_counter()
            asked.answers[number] = line.ask(method, path, body)
            asked.took_ms[number] = (time.perf_counter() - began) * 1000

    threads = [threading.Thread(target=work, args=(line,)) for line in lines]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    asked.seconds = time.perf_counter() - began
    return asked


def main() -> None:
    for text in sys.stdin:
        job = json.loads(text)
        lines = [
            Line(job["port"], job.get("headers", {}), job.get("form", ""))
            for _ in range(job["connections"])
        ]
        print("ready", flush=True)
        sys.stdin.readline()
        asked = ask_all(job, lines)
        for line in lines:
            line.connection.close()
        print(json.dumps(asdict(asked)), flush=True)


if __name__ == "__main__":
    main()
