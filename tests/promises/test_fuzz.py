"""The promise: whatever is sent to any address, in whatever form, the house answers and stands.

Every route is asked with every method by everybody, and then, as long as there is time, with
whatever chance makes of its own fields. An answer of 500 or above is a fault of ours. What this
does not cover: several requests at once, and what comes of one request only after another.
"""

from __future__ import annotations

import logging
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from functools import wraps
from itertools import count
from time import perf_counter

import pytest
from django.http import HttpRequest, HttpResponse
from hypothesis import HealthCheck, Phase, given, seed, settings

from tests.promises import figures
from tests.promises.fuzzing import (
    METHODS,
    Asked,
    Target,
    broke,
    form_classes,
    names_read,
    requests,
    send,
    targets,
)
from tests.promises.house import EVERYONE, House, routes
from tests.promises.house import house as house  # noqa: PLC0414  # the fixture

pytestmark = pytest.mark.django_db

SEED = 20_260_302
BATCH = 200
SECONDS = figures.size(sample=15, full=180)


@pytest.fixture(autouse=True)
def _refusals_are_not_written_down() -> Iterator[None]:
    """Tens of thousands of lines would only cost time."""
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


@pytest.fixture
def every(house: House) -> list[Target]:
    return targets(house)


def found_by(
    house: House, every: Sequence[Target], seconds: float, *, heard: Counter[int]
) -> AssertionError | None:
    """The first request that broke something, made small; none when the time is up."""

    def answered(asked: Asked) -> None:
        answer = send(house, asked)
        heard[answer.status_code] += 1
        assert not broke(answer), f"{answer.status_code} to {asked!r}\n{cause(answer)}"

    end = perf_counter() + seconds
    for batch in count(SEED):
        if perf_counter() > end:
            return None
        try:
            seed(batch)(
                settings(
                    max_examples=BATCH,
                    database=None,
                    deadline=None,
                    phases=(Phase.generate, Phase.shrink),
                    suppress_health_check=list(HealthCheck),
                    report_multiple_bugs=False,
                )(given(requests(every))(answered))
            )()
        except AssertionError as problem:
            return problem
    return None


def cause(answer: HttpResponse) -> str:
    """What went wrong inside, from the last line of ours to the exception."""
    problem = getattr(answer, "exc_info", None)
    return repr(problem[1]) if problem else ""


@pytest.mark.promise
@figures.patience(sample=200, full=900)
def test_nothing_that_is_sent_breaks_the_house(house: House, every: list[Target]) -> None:
    heard: Counter[int] = Counter()
    problem = found_by(house, every, SECONDS, heard=heard)
    assert problem is None, problem
    assert {200, 302, 400, 403, 404, 405, 422} <= set(heard), "it got past the doors as well"
    figures.record(
        "R21",
        part="by chance",
        found=0,
        of=heard.total(),
        what="requests answered with 500 or above",
        note=f"{len(every)} routes in {SECONDS} s; "
        + ", ".join(f"{n:,} times {status}" for status, n in sorted(heard.items()))
        + ".",
    )


@pytest.mark.promise
@figures.patience(sample=200, full=900)
def test_every_route_answers_every_method_and_everybody(house: House, every: list[Target]) -> None:
    n_asked, broken = 0, []
    for n, target in enumerate(every):
        people = (EVERYONE * 2)[n % len(EVERYONE) :][: figures.size(sample=2, full=len(EVERYONE))]
        for who in {*people, target.welcome[0]}:
            for method in METHODS:
                asked = Asked(who, method, target.own_address)
                answer = send(house, asked)
                n_asked += 1
                if broke(answer):
                    broken.append((asked, answer.status_code, cause(answer)))
    assert broken == []
    figures.record(
        "R21",
        part="every method",
        found=0,
        of=n_asked,
        what="requests answered with 500 or above",
        note=f"{len(every)} routes, {len(METHODS)} methods.",
    )


# Fields on no page of the house by their own name, and why. They are sent all the same.
NOT_ON_A_PAGE = {
    "what_changes",  # the name of a question stands before it
    "way",  # how somebody reached out: in this house somebody has, and the form is gone
}


def test_every_field_of_every_form_is_filled_in(every: list[Target]) -> None:
    of_forms = {name for form in form_classes() for name in form.base_fields}
    assert len(every) > 100 and len(form_classes()) > 30
    assert of_forms <= set(names_read()), "each is sent to each route now and then"
    assert of_forms - {name for target in every for name in target.fields} == NOT_ON_A_PAGE


def odd_one(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """The view with a fault that one odd value brings out."""

    @wraps(view)
    def faulty(request: HttpRequest, **names: str) -> HttpResponse:
        if "\x00" in request.POST.get("q", ""):
            raise ValueError("embedded null character")
        return view(request, **names)

    return faulty


def test_control_a_view_that_one_odd_value_breaks_is_found_and_made_small(
    house: House, every: list[Target], monkeypatch: pytest.MonkeyPatch
) -> None:
    pattern = routes()["caseload"]
    monkeypatch.setattr(pattern, "callback", odd_one(pattern.callback))
    only = [target for target in every if target.name == "caseload"]
    assert "q" in only[0].fields
    problem = found_by(house, only, SECONDS, heard=Counter())
    assert problem is not None
    made_small = re.search(
        r"Asked\('\w+', 'POST', '/caseload/', '[^']+', b'q=%00[^']{0,9}'", str(problem)
    )
    assert made_small, problem
