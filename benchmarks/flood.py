"""Somebody who tries passwords from ever new addresses: `flood PORT CONNECTIONS TRIES`.

So many tries a second over so many connections; 0 is as many as it can send. Ends when its input is
closed, and after a minute at the latest. Answers with how often each status came, as JSON.
"""

from __future__ import annotations

import json
import sys
import threading
import time
from collections import Counter
from http.client import HTTPConnection, HTTPException
from itertools import count
from urllib.parse import urlencode

from benchmarks.load import TOKEN

LONGEST = 60.0
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def tried(port: int, which: int, wait: float, stop: threading.Event, seen: Counter[int]) -> None:
    """One connection's tries, one after the other, `wait` seconds from one to the next."""
    began = time.monotonic()
    connection = HTTPConnection("127.0.0.1", port, timeout=60)
    cookie, token = _form(connection)
    for number in count():
        if stop.wait(max(0.0, began + number * wait - time.monotonic())):
            return
        sent = {"name": f"name{which}-{number}", "password": "x" * 12, "csrfmiddlewaretoken": token}
        address = f"198.18.{number // 250 % 250}.{number % 250}"
        headers = {**FORM, "Cookie": cookie, "X-Forwarded-For": address}
        try:
            connection.request("POST", "/sign-in/", urlencode(sent), headers)
            answer = connection.getresponse()
            answer.read()
            seen[answer.status] += 1
        except (OSError, HTTPException):
            seen[0] += 1
            connection.close()


def _form(connection: HTTPConnection) -> tuple[str, str]:
    connection.request("GET", "/sign-in/")
    answer = connection.getresponse()
    token = TOKEN.search(answer.read().decode())
    assert token is not None
    return (answer.getheader("Set-Cookie") or "").partition(";")[0], token[1]


def main() -> None:
    """Tries until its input is closed."""
    port, connections, a_second = map(int, sys.argv[1:])
    wait = connections / a_second if a_second else 0.0
    stop, seen = threading.Event(), Counter[int]()
    threads = [
        threading.Thread(target=tried, args=(port, which, wait, stop, seen))
        for which in range(connections)
    ]
    began = time.monotonic()
    for thread in threads:
        thread.start()
    longest = threading.Timer(LONGEST, stop.set)
    longest.start()
    sys.stdin.read()
    stop.set()
    longest.cancel()
    for thread in threads:
        thread.join()
    seconds = time.monotonic() - began
    print(json.dumps({"seconds": seconds, "seen": seen}), flush=True)
    sys.exit(0)


if __name__ == "__main__":
    main()
