"""A clinic to which anything happens in any order, and what its signals then have to be.

The machine keeps a ledger of its own: which answers stand, from when each may be seen. After every
step the courses are worked out from the ledger alone, by the functions that need no database, and
held against what the clinic stored as it went along.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any, ClassVar

from django.db import transaction
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from pytest import approx

from alongside.clinic.access.viewer import Viewer
from alongside.clinic.alliance.actions import (
    follow_yardsticks,
    note_talked_about,
    refresh_due_series,
    send_unrepaired_to_supervision,
)
from alongside.clinic.alliance.bridge import belief_in, course_of, threshold_now, yardstick_in
from alongside.clinic.alliance.budget import NoVisitsToCount, set_alarm_budget
from alongside.clinic.alliance.course import Point, follow_course, summary_of
from alongside.clinic.alliance.models import AllianceSeries, CoursePoint, Repair, RepairSource
from alongside.clinic.alliance.noticing import move_repairs_on
from alongside.clinic.alliance.repair_states import OPEN, RepairState
from alongside.clinic.alliance.series import rebuild
from alongside.clinic.audit.actor import OPERATOR, Actor
from alongside.clinic.caseload.queries import caseload_of, signals_of
from alongside.clinic.feedback.actions import enter_paper, record_feedback, record_own_rating
from alongside.clinic.feedback.corrections import correct_response, take_back_response
from alongside.clinic.feedback.imported_rows import ClientResponse, Fate, RatedVisit
from alongside.clinic.feedback.importing import import_responses, import_visits
from alongside.clinic.feedback.merging import merge_clients
from alongside.clinic.instruments.actions import Given, version_for
from alongside.clinic.instruments.bridge import scoring_of
from alongside.clinic.instruments.models import (
    Correction,
    CorrectionKind,
    Purpose,
    Release,
    Response,
    Slot,
    WayIn,
)
from alongside.clinic.instruments.release import release_time
from alongside.clinic.people.models import Client, Person
from alongside.clinic.people.queries import day_of
from alongside.clinic.progress.actions import (
    open_weekly_checks,
    rebuild_progress,
    refresh_due_progress,
)
from alongside.clinic.progress.bridge import norms_of
from alongside.clinic.progress.courses import course_by, standing_of
from alongside.clinic.progress.models import ProgressSeries
from alongside.clinic.visits.actions import TimeTaken, book_visit
from alongside.clinic.visits.models import Visit
from alongside.methods.progress.reliable_change import ChangeReport, change_report
from tests.factories.clinic import SCORED, SmallClinic

A_DAY = timedelta(days=1)
FIFTY_MINUTES = timedelta(minutes=50)
ITEMS = ("A1", "A2", "A3", "A4", "A5")
CHECKED = {"W1": (1, 10), "W2": (-1, 7), "W3": (-1, 10), "W4": (1, 10), "W5": (1, 10)}
CHECKED |= {"W6": (1, 10), "W7": (-1, 10)}
PAIRS = (("C-1", "dana"), ("C-1", "dana"), ("C-2", "omar"), ("C-9", "dana"), ("C-1", "omar"))
WHY = "It stood there by mistake."

Answers = Mapping[str, Any]
numbers = st.sampled_from((8, 8, 8, 9, 7, 10, 3, 2, 1))
holes = st.sets(st.sampled_from(ITEMS), max_size=2)
releases = st.sampled_from((Release.NOW,) * 4 + (Release.MONTH_END, Release.WITHHELD))
days = st.integers(1, 90)
choice = st.integers(0, 10_000)


@dataclass(frozen=True)
class Said:
    """What stands of one slot: every answer by its linkId, and from when a therapist sees it."""

    client_id: int
    at: datetime
    on: date
    answers: Answers = field(default_factory=dict)
    seen_from: Mapping[str, datetime | None] = field(default_factory=dict)

    def seen(self, now: datetime) -> dict[str, Any]:
        """The answers that a therapist may see by now."""
        return {
            name: value
            for name, value in self.answers.items()
            if value is not None and (since := self.seen_from[name]) is not None and since <= now
        }


def alliance_score(seen: Answers) -> float | None:
    """Ten times the mean of the five, where four of them are there."""
    given = [seen[name] for name in ITEMS if name in seen]
    return 10.0 * sum(given) / len(given) if len(given) >= 4 else None


class SignalMachine(RuleBasedStateMachine):
    """Whatever arrives, is corrected, taken back, merged, brought in again or wished for."""

    clinic: ClassVar[SmallClinic]
    n_steps: ClassVar[int] = 0

    def __init__(self) -> None:
        super().__init__()
        self.whole = transaction.atomic()
        self.whole.__enter__()
        self.now: datetime = self.clinic.now
        self.people: dict[str, Person] = {"dana": self.clinic.dana, "omar": self.clinic.omar}
        self.said: dict[int, Said] = {}
        self.rated: dict[int, int] = {}
        self.visits: dict[str, RatedVisit] = {}
        self.checks: dict[tuple[str, datetime], ClientResponse] = {}
        self.gone: set[object] = set()
        self.n_in = self.n_corrected = self.n_taken_back = 0

    def teardown(self) -> None:
        """The clinic as it was before the first step."""
        transaction.set_rollback(True)
        self.whole.__exit__(None, None, None)

    # What happens.

    @rule(
        pair=st.sampled_from(PAIRS[:3]),
        hours=st.integers(1, 160),
        number=numbers,
        left_out=holes,
        release=releases,
        is_paper=st.booleans(),
        flag=st.sampled_from((False, False, False, True)),
    )
    def feedback_arrives(
        self,
        pair: tuple[str, str],
        hours: int,
        number: int,
        left_out: set[str],
        release: Release,
        is_paper: bool,
        flag: bool,
    ) -> None:
        """A visit that ended some hours ago, and what the client says of it."""
        self._tick()
        client, therapist = Client.objects.numbered(pair[0]).get(), self.people[pair[1]]
        ends_at = self.now - timedelta(hours=hours)
        try:
            visit = book_visit(
                client=client,
                therapist=therapist,
                starts_at=ends_at - FIFTY_MINUTES,
                ends_at=ends_at,
                by=self._actor(therapist),
                now=self.now,
            )
        except TimeTaken:
            return
        slot = visit.feedback_slot
        assert slot is not None
        answers = {name: None if name in left_out else number for name in ITEMS} | {"F1": flag}
        if is_paper or hours >= 72:
            release = Release.NOW
            enter_paper(
                slot=slot,
                given=[Given(name, "" if raw is None else raw) for name, raw in answers.items()],
                filled_on=day_of(self.now),
                entered_by=therapist,
                language="en",
                by=self._actor(therapist),
                now=self.now,
            )
        else:
            record_feedback(
                slot=slot,
                given=[
                    Given(name, "" if raw is None else raw, release)
                    for name, raw in answers.items()
                ],
                way_in=WayIn.LINK,
                language="en",
                by=Actor.bearer_of(slot.pk),
                now=self.now,
            )
        self._say(slot, answers, release, at=self.now)

    @precondition(lambda self: Visit.objects.filter(therapist_slot__response=None).exists())
    @rule(pick=choice, number=numbers)
    def therapist_rates(self, pick: int, number: int) -> None:
        """The therapist's own rating of a visit, while its form is open."""
        self._tick()
        slots = Slot.objects.open_at(self.now).filter(respondent="therapist").order_by("pk")
        if slots:
            slot = slots[pick % len(slots)]
            given = [Given(name, number) for name in _therapist_items(slot)]
            therapist = slot.therapist
            assert therapist is not None
            record_own_rating(
                slot=slot, given=given, by=self._actor(therapist), now=self.now, language="en"
            )
            self.rated[slot.pk] = number

    @rule(number=st.integers(0, 7), release=releases)
    def check_arrives(self, number: int, release: Release) -> None:
        """This week's check of one client who signs in."""
        self._tick()
        open_weekly_checks(now=self.now)
        due = Slot.objects.open_at(self.now).filter(
            client=self.clinic.alma, version__role="progress"
        )
        for slot in due[:1]:
            answers = dict.fromkeys(CHECKED, number)
            record_feedback(
                slot=slot,
                given=[Given(name, raw, release) for name, raw in answers.items()],
                way_in=WayIn.SIGNED_IN,
                language="en",
                by=self._actor(self.clinic.alma.person),
                now=self.now,
            )
            self._say(slot, answers, release, at=self.now)

    @rule(
        pair=st.sampled_from(PAIRS),
        ago=days,
        scores=st.lists(numbers, min_size=1, max_size=6),
        left_out=holes,
    )
    def file_arrives(
        self, pair: tuple[str, str], ago: int, scores: list[int], left_out: set[str]
    ) -> None:
        """A file of weekly visits that began some time ago, at any place in the course."""
        self._tick()
        first = self.now - ago * A_DAY - timedelta(hours=len(self.visits))
        for n, number in enumerate(scores):
            starts_at = first + 7 * n * A_DAY
            if starts_at + FIFTY_MINUTES > self.now:
                break
            visit_id = f"v{len(self.visits)}"
            self.visits[visit_id] = RatedVisit(
                row=len(self.visits),
                visit_id=visit_id,
                client=pair[0],
                therapist=pair[1],
                starts_at=starts_at,
                ends_at=starts_at + FIFTY_MINUTES,
                submitted_at=starts_at + FIFTY_MINUTES,
                answers={
                    name: "" if name in left_out and n == 0 else str(number) for name in ITEMS
                },
            )
        self._bring_in_visits()

    @rule(code=st.sampled_from(("C-1", "C-9")), ago=days, number=st.integers(0, 7))
    def check_comes_from_a_file(self, code: str, ago: int, number: int) -> None:
        """A check of some time ago, at any place in the course."""
        self._tick()
        at = self.now - ago * A_DAY - timedelta(seconds=len(self.checks))
        row = ClientResponse(
            row=len(self.checks),
            client=code,
            at=at,
            answers=dict.fromkeys(CHECKED, str(number)),
            therapist="dana",
        )
        self.checks[code, at] = row
        self._bring_in_checks()

    @precondition(lambda self: self.visits or self.checks)
    @rule()
    def same_files_again(self) -> None:
        """Nothing changes, and nothing comes in twice."""
        self._tick()
        n_before = Response.objects.count()
        self._bring_in_visits()
        self._bring_in_checks()
        assert Response.objects.count() == n_before

    @precondition(lambda self: self.visits)
    @rule(pick=choice, number=numbers, hours=st.sampled_from((0, 0, 0, 200, -200)))
    def changed_file_again(self, pick: int, number: int, hours: int) -> None:
        """A row that says something else: refused, and taken with --correct."""
        self._tick()
        visit_id = sorted(self.visits)[pick % len(self.visits)]
        row = self.visits[visit_id]
        later = timedelta(hours=hours)
        if row.ends_at + later > self.now:
            later = timedelta()
        changed = replace(
            row,
            starts_at=row.starts_at + later,
            ends_at=row.ends_at + later,
            submitted_at=row.submitted_at + later,
            answers=dict.fromkeys(ITEMS, str(number)),
        )
        if changed == row:
            return
        (refused,) = self._import([changed], corrects=False)
        assert refused.fate is Fate.REFUSED
        (outcome,) = self._import([changed], corrects=True)
        if visit_id in self.gone:
            assert outcome.fate is Fate.REFUSED
            return
        assert outcome.fate is Fate.CORRECTED
        self.visits[visit_id] = changed
        self.n_corrected += 1
        self._say_of_file(changed)

    @precondition(lambda self: self.checks)
    @rule(pick=choice, number=st.integers(0, 7))
    def changed_check_again(self, pick: int, number: int) -> None:
        """A check that says something else, taken with --correct."""
        self._tick()
        key = sorted(self.checks)[pick % len(self.checks)]
        changed = replace(self.checks[key], answers=dict.fromkeys(CHECKED, str(number)))
        if changed == self.checks[key]:
            return
        (outcome,) = import_responses(
            rows=[changed],
            version=version_for(Purpose.WEEKLY_CHECK),
            by=OPERATOR,
            now=self.now,
            corrects=True,
        )
        is_gone = changed.at in self.gone
        assert outcome.fate is (Fate.REFUSED if is_gone else Fate.CORRECTED)
        if not is_gone:
            self.checks[key] = changed
            self.n_corrected += 1
            self._say_of_check(changed)

    @precondition(lambda self: Response.objects.filter(way_in=WayIn.PAPER).exists())
    @rule(pick=choice, number=numbers, left_out=holes, flag=st.booleans())
    def paper_is_corrected(self, pick: int, number: int, left_out: set[str], flag: bool) -> None:
        """What was typed in wrongly, typed in anew."""
        self._tick()
        response = self._some(Response.objects.filter(way_in=WayIn.PAPER), pick)
        answers = {name: None if name in left_out else number for name in ITEMS} | {"F1": flag}
        assert response.entered_by is not None
        correct_response(
            response=response,
            given=[Given(name, "" if raw is None else raw) for name, raw in answers.items()],
            why=WHY,
            by=self._actor(response.entered_by),
            now=self.now,
        )
        self.n_corrected += 1
        stood = self.said[response.slot_id]
        self.said[response.slot_id] = replace(stood, answers=answers)

    @precondition(lambda self: self.said)
    @rule(pick=choice)
    def taken_back(self, pick: int) -> None:
        """Paper or a row of a file that is not this client's."""
        self._tick()
        response = self._some(
            Response.objects.filter(way_in__in=(WayIn.PAPER, WayIn.IMPORTED)), pick
        )
        if response is None:
            return
        who = response.entered_by
        if response.way_in == WayIn.IMPORTED:
            visit = Visit.objects.filter(feedback_slot=response.slot_id).first()
            self.gone.add(visit.imported_id if visit else response.slot.opens_at)
        take_back_response(
            response=response, why=WHY, by=self._actor(who) if who else OPERATOR, now=self.now
        )
        del self.said[response.slot_id]
        self.n_taken_back += 1

    @rule(pair=st.sampled_from((("C-1", "C-9"), ("C-2", "C-9"), ("C-1", "C-2"))))
    def two_are_one(self, pair: tuple[str, str]) -> None:
        """Two records turn out to be of one person."""
        self._tick()
        stays, goes = (Client.objects.numbered(code).first() for code in pair)
        if stays is None or goes is None or stays == goes:
            return
        number = goes.pk
        merge_clients(stays=stays, goes=goes, by=OPERATOR, now=self.now)
        for slot_id, said in self.said.items():
            if said.client_id == number:
                self.said[slot_id] = replace(said, client_id=stays.pk)

    @precondition(lambda self: Repair.objects.filter(state=RepairState.NOTICED).exists())
    @rule(pick=choice)
    def talked_about(self, pick: int) -> None:
        """The therapist says that they talked about a strain."""
        self._tick()
        strains = Repair.objects.filter(state=RepairState.NOTICED, source=RepairSource.STRAIN)
        if repair := self._some(strains.select_related("series__therapist"), pick):
            by = self._actor(repair.series.therapist)
            note_talked_about(repair=repair, note="", by=by, now=self.now)

    @precondition(lambda self: CoursePoint.objects.exists())
    @rule(prompts_a_week=st.sampled_from((0.125, 0.5, 2.0)))
    def supervisor_wishes(self, prompts_a_week: float) -> None:
        """Another threshold from now on, for every course."""
        self._tick()
        with suppress(NoVisitsToCount):
            set_alarm_budget(
                prompts_a_week=prompts_a_week, by=self._actor(self.clinic.ruth), now=self.now
            )
            follow_yardsticks(now=self.now)

    @rule(n=st.sampled_from((1, 4, 9, 33)))
    def days_pass(self, n: int) -> None:
        """Months end, forms close, and the clock turns."""
        self.now += n * A_DAY
        refresh_due_series(now=self.now)
        refresh_due_progress(now=self.now)

    # What must hold, after whatever happened.

    @invariant()
    def nothing_is_lost(self) -> None:
        """As many responses as came in, each where it belongs."""
        type(self).n_steps += 1
        taken_back = Correction.objects.exclude(kind=CorrectionKind.CORRECTED).count()
        corrected = Correction.objects.filter(kind=CorrectionKind.CORRECTED).count()
        n_by_clients = Response.objects.filter(slot__respondent="client").count()
        assert n_by_clients == len(self.said) == self.n_in - taken_back
        assert (corrected, taken_back) == (self.n_corrected, self.n_taken_back)

    @invariant()
    def courses_are_what_the_answers_say(self) -> None:
        """Points, strains, belief and summary of every pair, from the ledger."""
        for series in AllianceSeries.objects.all():
            assert yardstick_in(series).threshold == threshold_now()
            wanted = follow_course(self._points_of(series), yardstick_in(series))
            stored = course_of(series)
            assert [_plain(each) for each in stored.points] == [
                approx_all(_plain(each)) for each in wanted.points
            ]
            assert [each.is_strain for each in stored.points] == [
                each.is_strain for each in wanted.points
            ]
            belief = belief_in(series)
            assert belief is not None and wanted.belief is not None
            assert belief.to_dict() == approx_all(wanted.belief.to_dict())
            assert series.summary == approx_all(dict(summary_of(wanted.points)))

    @invariant()
    def checks_are_what_the_answers_say(self) -> None:
        """Points, change and standing of every client's checks, from the ledger."""
        for series in ProgressSeries.objects.select_related("instrument", "judged_by"):
            version = series.instrument.current
            assert version is not None
            scale = scoring_of(version).main_scale
            assert scale is not None
            points = [
                {"slot": slot_id, "on": said.on.isoformat(), "score": week_score(seen)}
                for slot_id, said in self.said.items()
                if said.client_id == series.client_id
                and "W1" in said.answers
                and (seen := said.seen(self.now))
            ]
            points.sort(key=lambda point: (point["on"], point["slot"]))
            assert series.points == [approx_all(point) for point in points]
            standing = standing_of(points, course_by(series.judged_by, scale))
            assert series.standing == (standing and approx_all(standing))
            norms = norms_of(scale)
            assert norms is not None
            first_to_last = (
                change_report(points[0]["score"], points[-1]["score"], norms)
                if len(points) > 1
                else None
            )
            if isinstance(first_to_last, ChangeReport):
                assert series.change is not None
                assert series.change["index"] == approx(first_to_last.main.index)
            else:
                assert series.change is None

    @invariant()
    def repairs_hold(self) -> None:
        """No two open strains for one visit, and none that nobody worked on where none is."""
        strains = Repair.objects.filter(source=RepairSource.STRAIN)
        open_now = list(strains.filter(state__in=OPEN).values_list("visit_id", flat=True))
        assert len(open_now) == len(set(open_now))
        for repair in strains.filter(state=RepairState.NOTICED).select_related("series"):
            point = next(
                (p for p in course_of(repair.series).points if p.visit_id == repair.visit_id), None
            )
            assert point is not None and point.is_strain
        raised = {slot_id for slot_id, said in self.said.items() if said.answers.get("F1")}
        concerns = Repair.objects.filter(source=RepairSource.CONCERN, state=RepairState.NOTICED)
        slots = set(concerns.values_list("visit__feedback_slot", flat=True))
        assert slots == raised

    @invariant()
    def boards_are_what_a_rebuild_gives(self) -> None:
        """Every course and board, when all is forgotten and computed anew in one go."""
        send_unrepaired_to_supervision(now=self.now)
        before = self._boards(), self._stored()
        with transaction.atomic():
            CoursePoint.objects.all().delete()
            for series in AllianceSeries.objects.all():
                series.belief, series.summary = None, {}
                series.save()
                rebuild(series, now=self.now)
                move_repairs_on(series, now=self.now)
            for progress in ProgressSeries.objects.all():
                progress.points, progress.change, progress.standing = [], None, None
                rebuild_progress(progress, now=self.now)
            after = self._boards(), self._stored()
            transaction.set_rollback(True)
        assert before == after

    # How it is done.

    def _tick(self) -> None:
        self.now += timedelta(minutes=1)

    def _actor(self, person: Person | None) -> Actor:
        assert person is not None
        return Viewer(person, self.now).actor

    def _some(self, rows: Any, pick: int) -> Any:
        found = list(rows.order_by("pk"))
        return found[pick % len(found)] if found else None

    def _say(self, slot: Slot, answers: Answers, release: Release, *, at: datetime) -> None:
        self.said[slot.pk] = Said(
            client_id=slot.client_id,
            at=at,
            on=day_of(at),
            answers=answers,
            seen_from=dict.fromkeys(answers, release_time(release, now=at)),
        )
        self.n_in += 1

    def _import(self, rows: list[RatedVisit], *, corrects: bool) -> list[Any]:
        version = version_for(Purpose.VISIT_FEEDBACK)
        imported = import_visits(
            rows=rows, version=version, by=OPERATOR, now=self.now, corrects=corrects
        )
        return list(imported)

    def _bring_in_visits(self) -> None:
        rows = list(self.visits.values())
        by_row = {row.row: row for row in rows}
        for outcome in self._import(rows, corrects=False):
            row = by_row[outcome.row]
            if outcome.fate is Fate.ACCEPTED:
                self.n_in += 1
                self._say_of_file(row)
            else:
                is_gone = row.visit_id in self.gone
                assert outcome.fate is (Fate.REFUSED if is_gone else Fate.ALREADY_THERE)

    def _bring_in_checks(self) -> None:
        rows = list(self.checks.values())
        by_row = {row.row: row for row in rows}
        for outcome in import_responses(
            rows=rows, version=version_for(Purpose.WEEKLY_CHECK), by=OPERATOR, now=self.now
        ):
            row = by_row[outcome.row]
            if outcome.fate is Fate.ACCEPTED:
                self.n_in += 1
                self._say_of_check(row)
            else:
                is_gone = row.at in self.gone
                assert outcome.fate is (Fate.REFUSED if is_gone else Fate.ALREADY_THERE)

    def _say_of_file(self, row: RatedVisit) -> None:
        visit = Visit.objects.get(imported_index=row.visit_id)
        assert visit.feedback_slot_id is not None
        self.said[visit.feedback_slot_id] = _said_in_a_file(
            visit.client_id, row.submitted_at, row.answers
        )

    def _say_of_check(self, row: ClientResponse) -> None:
        slot = Slot.objects.get(
            client__in=Client.objects.numbered(row.client),
            opens_at=row.at,
            response__way_in=WayIn.IMPORTED,
        )
        self.said[slot.pk] = _said_in_a_file(slot.client_id, row.at, row.answers)

    def _points_of(self, series: AllianceSeries) -> list[Point]:
        visits = Visit.objects.filter(
            client=series.client_id, therapist=series.therapist_id, feedback_slot__isnull=False
        ).select_related("feedback_slot__version")
        points = []
        for visit in visits:
            slot = visit.feedback_slot
            assert slot is not None
            said, theirs = self.said.get(slot.pk), self.rated.get(visit.therapist_slot_id or 0)
            if said is None and theirs is None:
                continue
            seen = said.seen(self.now) if said else {}
            point = Point(
                visit_id=visit.pk,
                at=visit.ends_at,
                instrument_id=slot.version.instrument_id,
                score=alliance_score(seen),
                facets={
                    facet: float(seen[name])
                    for name, facet in zip(ITEMS, SCORED, strict=True)
                    if name in seen
                },
            )
            if theirs is not None:
                facets = dict.fromkeys(SCORED, float(theirs))
                point = replace(point, therapist=10.0 * theirs, therapist_facets=facets)
            points.append(point)
        return points

    def _boards(self) -> list[object]:
        boards: list[object] = []
        for person in self.people.values():
            viewer = Viewer(person, self.now)
            for each in caseload_of(viewer):
                holdings = [
                    (held.reason, held.signal, held.repair and held.repair.public_id)
                    for held in each.holdings
                ]
                boards.append((each.client.pk, each.reason, holdings, each.summary, each.signs))
                boards.append(signals_of(viewer, each.client))
        return boards

    def _stored(self) -> list[object]:
        return [
            *CoursePoint.objects.order_by("visit_id").values_list("visit_id", "at", "series_id"),
            *(each.seen for each in CoursePoint.objects.order_by("visit_id")),
            *(
                (each.pk, each.belief, each.summary, each.refresh_due_at)
                for each in AllianceSeries.objects.order_by("pk")
            ),
            *(
                (each.pk, each.points, each.change, each.standing, each.refresh_due_at)
                for each in ProgressSeries.objects.order_by("pk")
            ),
            *Repair.objects.order_by("pk").values_list("pk", "state", "supervision_since"),
        ]


def week_score(seen: Answers) -> float:
    """The mean share of what each item allows, better being more, of a hundred."""
    shares = [
        seen[name] / most if key > 0 else 1 - seen[name] / most
        for name, (key, most) in CHECKED.items()
    ]
    return 100.0 * sum(shares) / len(shares)


def approx_all(value: Any) -> Any:
    """The same value, its numbers about as large."""
    if isinstance(value, Mapping):
        return {name: approx_all(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [approx_all(each) for each in value]
    return approx(value, rel=1e-9, abs=1e-9) if isinstance(value, float) else value


def _plain(point: Point) -> dict[str, Any]:
    return {name: value for name, value in asdict(point).items() if name != "strain"} | {
        "strain": dict(point.strain) if point.strain else None
    }


def _said_in_a_file(client_id: int, at: datetime, answers: Mapping[str, str]) -> Said:
    values = {name: int(raw) if raw else None for name, raw in answers.items()}
    return Said(client_id, at, day_of(at), values, dict.fromkeys(values, at))


def _therapist_items(slot: Slot) -> list[str]:
    scale = scoring_of(slot.version).main_scale
    assert scale is not None
    return [item.link_id for item in scale.items]
