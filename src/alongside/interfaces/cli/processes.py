"""The two processes of a running clinic, started, watched and stopped together."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

# A process that dies again and again is started again more and more slowly.
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 30.0
LONG_ENOUGH = 60.0
PATIENCE = 20.0
_PR_SET_PDEATHSIG = 1


@dataclass
class Kept:
    """One command that has to keep running."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    start_again_at: float = 0.0
    pause: float = field(default=FIRST_PAUSE)

    @property
    def is_running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def start(self, now: float) -> None:
        """The process begins; it ends when this one does, even if this one is killed."""
        self.process = subprocess.Popen(  # noqa: S603  # our own command
            list(self.command),
            env=dict(self.environment),
            start_new_session=True,  # Ctrl-C reaches this process alone, which stops both in order
            # It makes one system call and takes no lock that a thread could hold.
            preexec_fn=_end_with_parent if sys.platform == "linux" else None,  # noqa: PLW1509
        )
        self.started_at = now

    def watch(self, now: float, say: Callable[[str], None]) -> None:
        """Start it again, after a pause, when it has died."""
        if self.is_running:
            return
        if self.start_again_at == 0.0:
            ended = self.process.returncode if self.process else None
            if now - self.started_at > LONG_ENOUGH:
                self.pause = FIRST_PAUSE
            say(f"{self.name} ended ({ended}); starting it again in {self.pause:g} s.")
            self.start_again_at, self.pause = now + self.pause, min(self.pause * 2, LONGEST_PAUSE)
        elif now >= self.start_again_at:
            self.start_again_at = 0.0
            self.start(now)

    def stop(self) -> None:
        if self.process is None:
            return
        if self.is_running:
            self.process.terminate()
        try:
            self.process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def keep_running(kept: Sequence[Kept], *, say: Callable[[str], None]) -> None:
    """Run all until Ctrl-C or SIGTERM, then stop them in the order given.

    A process that dies is started again.
    """
    stop = threading.Event()
    before = {
        kind: signal.signal(kind, lambda *_: stop.set()) for kind in (signal.SIGINT, signal.SIGTERM)
    }
    try:
        for each in kept:
            each.start(time.monotonic())
        while not stop.wait(0.2):
            for each in kept:
                each.watch(time.monotonic(), say)
    finally:
        for each in kept:
            each.stop()
        for kind, handler in before.items():
            signal.signal(kind, handler)


def quiet_arithmetic(environment: Mapping[str, str] = os.environ) -> dict[str, str]:
    """The environment with one thread for linear algebra: two processes share few cores."""
    names = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
    return {**environment, **dict.fromkeys(names, "1")}


def _end_with_parent() -> None:
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
