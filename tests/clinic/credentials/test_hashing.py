"""Slow hashes, one at a time, and the same work for those who are nobody."""

from __future__ import annotations

import threading
import time

import pytest
from django.contrib.auth.hashers import make_password
from django.test import override_settings

from alongside.clinic.credentials.hashing import ManyAtTheDoor, MeasuredArgon2, Turns, is_right

REAL = ["alongside.clinic.credentials.hashing.MeasuredArgon2"]


def test_one_goes_in_few_wait_and_the_rest_is_sent_away() -> None:
    turns, inside, most, sent_away = Turns(at_once=1, may_wait=2), 0, 0, 0
    lock = threading.Lock()
    begin = threading.Barrier(12)

    def go() -> None:
        nonlocal inside, most, sent_away
        begin.wait()
        try:
            with turns.turn():
                with lock:
                    inside += 1
                    most = max(most, inside)
                time.sleep(0.05)
                with lock:
                    inside -= 1
        except ManyAtTheDoor:
            with lock:
                sent_away += 1

    threads = [threading.Thread(target=go) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == 1
    assert sent_away == 12 - 3
    with turns.turn():
        pass  # everybody who went in came out again


def test_a_turn_that_fails_is_given_back() -> None:
    turns = Turns(at_once=1, may_wait=0)
    for _ in range(3):
        with pytest.raises(ZeroDivisionError), turns.turn():
            1 / 0  # noqa: B018


@override_settings(PASSWORD_HASHERS=REAL)
def test_a_hash_costs_what_is_written() -> None:
    encoded = make_password("a long walk")
    assert encoded.startswith("argon2$argon2id$v=19$m=32768,t=2,p=1$")
    assert is_right("a long walk", encoded)
    assert not is_right("a long talk", encoded)
    assert not is_right("nobody has this password", ""), "not even the password of nobody"


@override_settings(PASSWORD_HASHERS=REAL)
def test_nobody_is_hashed_as_long_as_somebody(monkeypatch: pytest.MonkeyPatch) -> None:
    encoded, hashed = make_password("a long walk"), []
    is_right("x", "")  # the hash of nobody is made once
    verify = MeasuredArgon2.verify
    monkeypatch.setattr(
        MeasuredArgon2, "verify", lambda *given: hashed.append(given[2]) or verify(*given)
    )
    is_right("x", encoded)
    is_right("x", "")
    somebody, nobody = hashed
    assert somebody.rsplit("$", 2)[0] == nobody.rsplit("$", 2)[0], "the same cost"
