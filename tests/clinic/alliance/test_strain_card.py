"""What the card of strains tells: the threshold as it is now, and what came of it here."""

from __future__ import annotations

import pytest

from alongside.clinic.alliance.actions import follow_yardsticks, relearn_old_populations
from alongside.clinic.alliance.model_card import StrainCard, StrainsCounted, strain_cards
from alongside.clinic.alliance.models import AlarmBudget, CoursePoint, LearnedPopulation
from alongside.clinic.audit.actor import OPERATOR
from alongside.clinic.people.actions import add_client, take_into_care
from tests.factories.clinic import SmallClinic, small_clinic

pytestmark = pytest.mark.django_db


@pytest.fixture
def clinic() -> SmallClinic:
    return small_clinic()


def rated(clinic: SmallClinic, n_clients: int) -> None:
    """So many clients with six visits as usual, and after them one of the last far below."""
    for number in range(n_clients):
        client = add_client(
            code=f"R-{number}", display_name=f"R {number}", by=OPERATOR, now=clinic.now
        )
        take_into_care(
            client=client,
            therapist=clinic.dana,
            starts_on=clinic.now.date(),
            by=OPERATOR,
            now=clinic.now,
        )
        for _ in range(6):
            clinic.feedback(clinic.visit(client), 8)
    clinic.feedback(clinic.visit(client), 1)


def facts() -> dict[str, int]:
    """What was counted of the questions about a visit."""
    asked = CoursePoint.objects.values("instrument")[:1]
    counted: dict[str, int] = LearnedPopulation.objects.get(instrument__in=asked).facts
    return counted


def card() -> StrainCard:
    (found,) = strain_cards()
    return found


@pytest.mark.parametrize(("n_clients", "told"), [(9, None), (10, StrainsCounted(0, 40))])
def test_what_stood_out_is_counted_and_told_of_ten_clients_on(
    clinic: SmallClinic, n_clients: int, told: StrainsCounted | None
) -> None:
    rated(clinic, n_clients)
    relearn_old_populations(now=clinic.now)
    assert facts() == {"n_judged": 4 * n_clients + 1, "n_clients": n_clients, "n_strains": 1}
    assert card().counted == told


def wish(clinic: SmallClinic, threshold: float) -> None:
    """A budget that comes to this threshold."""
    AlarmBudget.objects.create(
        prompts_a_week=0.1,
        visits_a_week=10.0,
        threshold=threshold,
        reach="as_wished",
        n_visits=0,
        set_at=clinic.now,
    )


def test_the_card_says_how_rare_a_strain_has_to_be_by_the_last_wish(clinic: SmallClinic) -> None:
    assert card().one_in == 50
    wish(clinic, 0.01)
    assert card().one_in == 100


def test_a_new_wish_counts_anew(clinic: SmallClinic) -> None:
    rated(clinic, 10)
    relearn_old_populations(now=clinic.now)
    assert facts()["n_strains"] == 1
    wish(clinic, 1e-9)
    follow_yardsticks(now=clinic.now)
    assert facts()["n_strains"] == 0
