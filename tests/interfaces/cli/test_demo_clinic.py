"""The demo clinic: every story stands in it, as it would in a clinic that lived through them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from django.db import transaction
from django.test import Client as Browser
from django.utils import timezone

from alongside.clinic.access.viewer import Viewer
from alongside.clinic.alliance.models import AllianceSeries, Change, Repair, RepairSource
from alongside.clinic.alliance.repair_states import RepairEvent, RepairState
from alongside.clinic.audit.actor import OPERATOR
from alongside.clinic.audit.models import AuditEvent
from alongside.clinic.caseload.attention import Reason
from alongside.clinic.caseload.queries import caseload_of
from alongside.clinic.feedback.letters import letters_of_the_demo
from alongside.clinic.instruments.models import Answer, Purpose, Release, Slot, WayIn
from alongside.clinic.outbox.models import Message, MessageState
from alongside.clinic.people.actions import open_clinic
from alongside.clinic.people.models import Client, Clinic, Person, Role
from alongside.clinic.progress.models import ProgressSeries
from alongside.clinic.visits.models import Visit, VisitState
from alongside.interfaces.cli import demo_clinic
from alongside.interfaces.cli.demo_clinic import RealClinicHere, make_demo_clinic
from alongside.lab.draw_clinic import draw_clinic
from alongside.lab.stories import STORIES, TIME_ZONE
from alongside.lab.synthetic_clinic import SyntheticClinic
from tests.factories.rows import values_of

NOW = datetime(2026, 3, 11, 18, 20, tzinfo=UTC)  # a Wednesday afternoon in New York
ZONE = ZoneInfo(TIME_ZONE)


@pytest.fixture
def folder(tmp_path: Path, settings) -> Path:
    """A clinic folder of its own, so that letters of other tests do not lie in its outbox."""
    settings.DATA_FOLDER = tmp_path
    settings.STATIC_ROOT = tmp_path
    return tmp_path / "outbox"


@pytest.fixture
def only(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Makes the demo with the clients of these stories alone, which is quicker."""

    def keep(*names: str) -> None:
        def drawn(*, now: datetime, rng: np.random.Generator) -> SyntheticClinic:
            return keep_only(draw_clinic(now=now, rng=rng), names)

        monkeypatch.setattr(demo_clinic, "draw_clinic", drawn)
        monkeypatch.setattr(demo_clinic, "WORTH_A_LOOK", ())

    return keep


def keep_only(clinic: SyntheticClinic, names: tuple[str, ...]) -> SyntheticClinic:
    kept = tuple(client for client in clinic.clients if set(names) & set(client.stories))
    return replace(clinic, clients=kept)


class Told:
    """What the made demo holds of the client of one story."""

    def __init__(self, story: str) -> None:
        drawn = draw_clinic(
            now=NOW.astimezone(ZONE).replace(tzinfo=None),
            rng=np.random.default_rng(demo_clinic.SEED),
        )
        self.client = Client.objects.get(code_index=drawn.telling(story).code)
        self.series = list(AllianceSeries.objects.filter(client=self.client).order_by("pk"))

    @property
    def summary(self) -> dict[str, object]:
        return dict(self.series[0].summary)

    def repair(self, source: RepairSource) -> Repair:
        return Repair.objects.get(series__client=self.client, source=source)

    def events(self, source: RepairSource) -> list[str]:
        return [step.event for step in self.repair(source).steps.all()]

    @property
    def change_in_progress(self) -> str:
        return str(ProgressSeries.objects.get(client=self.client).change["category"])

    def last_answers(self) -> dict[str, Answer]:
        visit = Visit.objects.filter(client=self.client, state=VisitState.HELD).latest("ends_at")
        assert visit.feedback_slot is not None
        return {answer.link_id: answer for answer in visit.feedback_slot.response.answers.all()}


def is_repaired(told: Told) -> None:
    assert told.repair(RepairSource.STRAIN).state == RepairState.REPAIRED
    assert told.events(RepairSource.STRAIN) == [
        RepairEvent.NOTICED,
        RepairEvent.TALKED_ABOUT,
        RepairEvent.CLIENT_CONFIRMS,
        RepairEvent.RATINGS_CAME_BACK,
    ]


def has_changes(told: Told) -> None:
    changes = Change.objects.filter(client=told.client)
    assert changes.filter(seen_at__isnull=False).exists()
    assert changes.filter(seen_at__isnull=True).exists()


def has_a_fresh_strain(told: Told) -> None:
    assert told.events(RepairSource.STRAIN) == [RepairEvent.NOTICED]
    visit = told.repair(RepairSource.STRAIN).visit
    assert visit.ends_at.astimezone(ZONE).date() == NOW.astimezone(ZONE).date()


def has_told_both(told: Told) -> None:
    concern = told.repair(RepairSource.CONCERN)
    assert concern.is_told_to_supervisor
    assert concern in Repair.objects.shown_to_therapist(NOW)
    assert concern.state == RepairState.TALKED_ABOUT


def has_told_the_supervisor_alone(told: Told) -> None:
    concern = told.repair(RepairSource.CONCERN)
    assert concern.is_told_to_supervisor
    assert concern not in Repair.objects.shown_to_therapist(NOW)
    assert concern in Repair.objects.for_supervision()


def waits_in_supervision(told: Told) -> None:
    strain = told.repair(RepairSource.STRAIN)
    assert strain.is_open and strain.supervision_since is not None
    assert strain.series.opened_to_supervision_at is not None
    assert RepairEvent.CLIENT_DENIES in told.events(RepairSource.STRAIN)


def rates_at_the_top(told: Told) -> None:
    assert told.summary["asks_for_more"] is True
    assert told.summary["straight_lining"] is False


def has_somebody_to_reach_out(told: Told) -> None:
    standings = caseload_of(Viewer(told.series[0].therapist, NOW))
    standing = next(each for each in standings if each.client == told.client)
    assert standing.reason is Reason.REACH_OUT
    assert standing.drifting is not None and len(standing.drifting.missed_on) == 2


def answers_all_alike(told: Told) -> None:
    assert told.summary["straight_lining"] is True


def is_silent(told: Told) -> None:
    held = Visit.objects.filter(client=told.client, state=VisitState.HELD)
    missed = Visit.objects.filter(client=told.client, state=VisitState.MISSED)
    assert (held.count(), missed.count()) == (10, 2)
    assert told.summary["n"] == 8


def has_one_visit(told: Told) -> None:
    assert Visit.objects.filter(client=told.client, state=VisitState.HELD).count() == 1
    assert told.summary["n"] == 1


def got_better(told: Told) -> None:
    assert told.change_in_progress == "recovered"


def got_worse(told: Told) -> None:
    assert told.change_in_progress in {"deteriorated", "harmed"}


def has_two_therapists(told: Told) -> None:
    assert len({series.therapist_id for series in told.series}) == 2
    assert told.client.care.on(timezone.localdate(NOW)).count() == 2


def has_forms_due(told: Told) -> None:
    open_now = Slot.objects.open_at(NOW).filter(client=told.client)
    assert set(
        open_now.filter(respondent="client").values_list("version__instrument__purpose", flat=True)
    ) == {Purpose.VISIT_FEEDBACK, Purpose.WEEKLY_CHECK}
    slot = open_now.get(version__instrument__purpose=Purpose.VISIT_FEEDBACK)
    assert Message.objects.get(subject_id=slot.pk).state == MessageState.SENT


def is_seen_better_by_the_therapist(told: Told) -> None:
    assert float(str(told.summary["gap"])) < -15  # client minus therapist


def speaks_spanish(told: Told) -> None:
    assert told.client.language == "es"
    assert "tranquilo" in str(told.last_answers()["O1"].value)


def keeps_answers_back(told: Told) -> None:
    answers = told.last_answers()
    assert answers["A2"].release == answers["O1"].release == Release.WITHHELD
    assert answers["A2"].released_at is None
    waiting = Answer.objects.filter(
        response__slot__client=told.client, release=Release.MONTH_END, released_at__gt=NOW
    )
    assert waiting.exists()


def came_on_paper(told: Told) -> None:
    ways = set(
        told.client.slots.filter(
            version__instrument__purpose=Purpose.VISIT_FEEDBACK, response__isnull=False
        ).values_list("response__way_in", flat=True)
    )
    assert ways == {WayIn.PAPER}


TELLS: dict[str, Callable[[Told], None]] = {
    "repaired": is_repaired,
    "repaired_in_spanish": is_repaired,
    "you_said": has_changes,
    "fresh_strain": has_a_fresh_strain,
    "concern_released": has_told_both,
    "concern_withheld": has_told_the_supervisor_alone,
    "unrepaired": waits_in_supervision,
    "ceiling": rates_at_the_top,
    "stays_away": has_somebody_to_reach_out,
    "straight_lining": answers_all_alike,
    "silent": is_silent,
    "new_client": has_one_visit,
    "recovered": got_better,
    "paper": came_on_paper,
    "deteriorated": got_worse,
    "two_therapists": has_two_therapists,
    "feedback_due": has_forms_due,
    "therapist_higher": is_seen_better_by_the_therapist,
    "spanish": speaks_spanish,
    "withheld": keeps_answers_back,
    "month_end": keeps_answers_back,
}


@pytest.mark.django_db
def test_the_whole_demo_tells_every_story(folder: Path) -> None:
    done: list[int] = []
    sign_ins = make_demo_clinic(NOW, done.append)

    assert set(TELLS) == {name for story in STORIES for name in story.names}
    for story, tells in TELLS.items():
        tells(Told(story))

    assert sum(done) == 100
    assert Clinic.objects.get().is_demo
    assert Client.objects.count() == 40
    assert Person.objects.filter(staff_roles__role=Role.THERAPIST).count() == 5
    upcoming = Visit.objects.upcoming(NOW)
    assert upcoming.filter(starts_at__lt=NOW + timedelta(days=1)).count() >= 5
    assert set(
        Slot.objects.filter(response__isnull=False).values_list("response__way_in", flat=True)
    ) == set(WayIn) - {WayIn.IMPORTED}
    late = AuditEvent.objects.filter(at__gt=NOW)
    assert not late.exists()
    moments = list(AuditEvent.objects.order_by("pk").values_list("at", flat=True))
    assert moments == sorted(moments)

    for sign_in in sign_ins.people:
        name = sign_in.sign_in_name
        assert Browser().login(username=name, password=sign_ins.password), name
    roles = {each.role.lower().replace(" ", "_") for each in sign_ins.people} - {"client"}
    assert roles == set(Role)

    assert make_demo_clinic(NOW) == sign_ins  # it stands already: nothing is made twice
    assert Client.objects.count() == 40

    n_sent = Message.objects.filter(state=MessageState.SENT).count()
    assert len(letters_of_the_demo(folder, now=NOW)) == n_sent


@pytest.mark.django_db
def test_the_same_moment_makes_the_same_clinic(folder: Path, only: Callable[..., None]) -> None:
    only("fresh_strain", "concern_released", "new_client")
    contents = []
    for _ in range(2):
        with transaction.atomic():
            make_demo_clinic(NOW)
            contents.append(
                (
                    values_of(AuditEvent.objects.all(), "at", "deed", "subject", "detail"),
                    [
                        [(point.at, point.seen["score"]) for point in series.points.all()]
                        for series in AllianceSeries.objects.order_by("pk")
                    ],
                    [(series.points[-1]["score"]) for series in ProgressSeries.objects.all()],
                )
            )
            transaction.set_rollback(True)
    assert len(contents[0][0]) > 100
    assert contents[0] == contents[1]


@pytest.mark.django_db
def test_a_real_clinic_is_left_alone(folder: Path) -> None:
    open_clinic(name="North Street", by=OPERATOR, now=NOW)
    with pytest.raises(RealClinicHere, match="North Street"):
        make_demo_clinic(NOW)
    assert not Person.objects.exists()
    assert not folder.exists()


def main_part(address: str) -> str:
    """What a page says, without the frame, whose tokens differ each time."""
    page = Browser().get(address).content.decode()
    return page[page.index("<main") : page.index("</main>")]


@pytest.mark.django_db
def test_every_page_of_a_demo_says_that_it_is_invented(
    folder: Path, only: Callable[..., None]
) -> None:
    only("new_client")
    make_demo_clinic(NOW)
    for address in ("/sign-in/", "/demo/outbox/", "/gallery/"):
        page = Browser().get(address).content.decode()
        assert "Everything here is invented." in page


@pytest.mark.django_db
def test_the_outbox_shows_letters_with_links_to_follow(
    folder: Path, only: Callable[..., None]
) -> None:
    only("feedback_due", "spanish")
    make_demo_clinic(NOW)
    letters = letters_of_the_demo(folder, now=NOW)
    moments = [each.sent_at for each in letters]
    assert moments == sorted(moments, reverse=True)
    assert letters[0].is_open and not letters[-1].is_open

    first = main_part("/demo/outbox/")
    assert 'href="/f/l' in first
    assert "+1 555 0113" in first
    assert 'lang="es"' in first
    second = main_part("/demo/outbox/?page=2")
    assert "Page 2 of 2" in second
    assert main_part("/demo/outbox/?page=no") == first
    assert main_part("/demo/outbox/?page=99") == second


@pytest.mark.django_db
def test_a_real_clinic_has_no_outbox_page(folder: Path) -> None:
    assert Browser().get("/demo/outbox/").status_code == 404
    open_clinic(name="North Street", by=OPERATOR, now=NOW)
    assert Browser().get("/demo/outbox/").status_code == 404
    assert main_part("/demo/outbox/") == main_part("/nothing-here/")
