"""Methods are held to the types that they state (decision 0010)."""

from __future__ import annotations

import os

import pytest


@pytest.mark.skipif(
    os.environ.get("ALONGSIDE_CHECK_SHAPES") != "1",
    reason="types are checked at run time only with ALONGSIDE_CHECK_SHAPES=1, as in make test",
)
def test_methods_are_held_to_their_types() -> None:
    from alongside.methods.alliance.strain import detect_strain

    with pytest.raises(Exception, match="Type-check error"):
        detect_strain("no ratings", "no population")  # type: ignore[arg-type]
