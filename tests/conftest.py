"""What every test of the house stands on: which browser there is, and what to do without one."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

import pytest
from pytest_django.fixtures import Settings

from tests.chromium import ARGUMENTS, chromium

# Playwright's event loop runs in the thread of the test, and Django would refuse to reach the
# database from there. Set before any test module is imported.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

TESTS = Path(__file__).parent
HELD_TO_THEIR_TYPES = {"methods", "published", "lab", "clinic"}
"""The tests during which methods check what they take and give; in the others it is only slow."""
BROWSER_FIXTURES = {"playwright", "browser", "new_context", "context", "page", "new_page", "stop"}


def pytest_configure(config: pytest.Config) -> None:
    """Lets beartype pick at random which entry of a list it looks at, inside strategies too.

    Only where types are checked: in a plain run Hypothesis still says when a strategy of ours
    draws from `random`.
    """
    if os.environ.get("ALONGSIDE_CHECK_SHAPES") == "1":
        config.addinivalue_line(
            "filterwarnings",
            "ignore:Do not use the `random` module:hypothesis.errors.HypothesisDeprecationWarning",
        )


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Marks every test that opens a browser, and skips it where there is no browser."""
    path = chromium()
    for item in items:
        if not BROWSER_FIXTURES & set(getattr(item, "fixturenames", ())):
            continue
        item.add_marker(pytest.mark.browser)
        if path is None and os.environ.get("ALONGSIDE_REQUIRE_BROWSER") != "1":
            why = os.environ.get("ALONGSIDE_NO_BROWSER") or "there is no Chromium here"
            item.add_marker(pytest.mark.skip(reason=f"no browser: {why}"))


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Holds methods to their types where they and their bridges are tested."""
    if os.environ.get("ALONGSIDE_CHECK_SHAPES") == "1":
        import jaxtyping

        room = item.path.relative_to(TESTS).parts[0]
        jaxtyping.config.update("jaxtyping_disable", room not in HELD_TO_THEIR_TYPES)


def pytest_sessionstart() -> None:
    """Lets rubbish lie longer before it is collected: the tests take a sixth less time so."""
    gc.set_threshold(50_000, 20, 100)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """How the browser starts; a browser of the system, never one that is downloaded."""
    path = chromium()
    if path is None:
        pytest.fail("A browser is required here (ALONGSIDE_REQUIRE_BROWSER=1) and none was found.")
    return {**browser_type_launch_args, "executable_path": path, "args": ARGUMENTS}


@pytest.fixture(autouse=True)
def _each_test_begins_in_english() -> None:
    """A page that a test before asked for leaves its reader's language behind in the thread."""
    from django.utils import translation

    translation.activate("en")


@pytest.fixture(scope="session", autouse=True)
def _whom_a_test_lets_in_has_proved_who_they_are() -> Iterator[None]:
    """`force_login` stands for a whole way in, second key and all; the product has nothing like it.

    Every way in of the product says by itself what was proved.
    """
    from django.contrib.auth import user_logged_in

    from alongside.clinic.credentials.sign_ins import Manner

    def proved(request: Any, **_: object) -> None:
        if request.session.manner.means is None:
            request.session.manner = Manner(is_proof=True)

    user_logged_in.connect(proved)
    yield
    user_logged_in.disconnect(proved)


@pytest.fixture(scope="session", autouse=True)
def _browsers_share_a_process() -> Iterator[None]:
    """Lets all browsers of a test go through one chain of middleware, as in a process that serves.

    Django's test client would build one for each of them. Other settings get a chain of their own.
    """
    from django.conf import settings
    from django.test.client import ClientHandler

    load = ClientHandler.load_middleware
    chains: WeakKeyDictionary[object, Any] = WeakKeyDictionary()

    def load_once(self: ClientHandler, is_async: bool = False) -> None:
        if settings._wrapped not in chains:
            load(self, is_async=is_async)
            chains[settings._wrapped] = self._middleware_chain
        self._middleware_chain = chains[settings._wrapped]

    ClientHandler.load_middleware = load_once  # type: ignore[method-assign]
    yield
    ClientHandler.load_middleware = load  # type: ignore[method-assign]


@pytest.fixture(scope="session", autouse=True)
def _tests_may_empty_the_audit() -> Iterator[None]:
    """Lets Django empty the tables after a test that commits: the audit refuses every deletion.

    The refusal itself is tested in tests/promises/test_audit.py, where it stands.
    """
    from django.db.backends.sqlite3.operations import DatabaseOperations

    flush = DatabaseOperations.execute_sql_flush

    def flush_with_leave(self: DatabaseOperations, sql_list: list[str]) -> None:
        with self.connection.cursor() as cursor:
            cursor.execute(
                "SELECT name, sql FROM sqlite_master "
                "WHERE type = 'trigger' AND name LIKE '%%_is_not_deleted'"
            )
            refusals = cursor.fetchall()
            for name, _sql in refusals:
                cursor.execute(f"DROP TRIGGER {name}")
            flush(self, sql_list)
            for _name, sql in refusals:
                cursor.execute(sql)

    DatabaseOperations.execute_sql_flush = flush_with_leave  # type: ignore[method-assign]
    yield
    DatabaseOperations.execute_sql_flush = flush  # type: ignore[method-assign]


@pytest.fixture
def own_keys(tmp_path: Path, settings: Settings) -> None:
    """A key store for this test alone, without the owners of all tests before it."""
    settings.KEYRING, settings.KEYS_FOLDER = tmp_path / "keyring.sqlite3", tmp_path / "keys"
