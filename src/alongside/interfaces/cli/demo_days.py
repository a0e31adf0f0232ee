"""The days of the demo clinic, one deed after the other in the order of time."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from itertools import count
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from alongside.clinic.access.viewer import Viewer
from alongside.clinic.alliance.actions import (
    confirm_repair,
    mark_changes_seen,
    note_talked_about,
    open_to_supervision,
    say_what_changes,
)
from alongside.clinic.alliance.models import AllianceSeries, Repair
from alongside.clinic.alliance.repair_states import RepairEvent, RepairState
from alongside.clinic.audit.actor import OPERATOR, Actor
from alongside.clinic.feedback.actions import record_feedback, record_own_rating
from alongside.clinic.feedback.clock import turn
from alongside.clinic.instruments.models import Answer, Purpose, Slot, WayIn
from alongside.clinic.people.actions import add_client, add_person, end_care, take_into_care
from alongside.clinic.people.models import Care, Client, Person
from alongside.clinic.visits.actions import book_visit, cancel_visit, hold_visit, miss_visit
from alongside.clinic.visits.models import Visit
from alongside.interfaces.cli.demo_answers import (
    given_of,
    given_of_ratings,
    given_of_week,
    hand_in_by,
    links_of,
)
from alongside.lab.synthetic_clinic import (
    Planned,
    Said,
    SyntheticClient,
    SyntheticClinic,
    SyntheticVisit,
    SyntheticWeek,
    VisitAnswers,
    Way,
)

if TYPE_CHECKING:
    from alongside.clinic.outbox.senders import Sender

WORKER = "demo"
BOOKED_BEFORE = timedelta(days=14)
CALLED_OFF_BEFORE = timedelta(days=1)
MARKED_AFTER = timedelta(minutes=2)
RATED_AFTER = timedelta(minutes=5)
LETTERS_LEAVE_AFTER = timedelta(minutes=6)
TALKED_AFTER = timedelta(minutes=8)
AT_THE_CLINIC_WITHIN = timedelta(minutes=12)
ASKED_AFTER = timedelta(hours=20)
CHANGED_AFTER = timedelta(hours=18)
SEEN_AFTER = timedelta(days=3)
OPENED_AFTER = timedelta(hours=1)
NIGHT = time(0, 10)
MORNING = time(9)
RIGHT_AWAY = frozenset({Way.KIOSK, Way.HANDED_OVER})


@dataclass(order=True)
class Deed:
    """Something that happens at a moment; deeds of one moment happen in the order they came."""

    at: datetime
    place: int
    do: Callable[[datetime], None] = field(compare=False)


@dataclass
class Known:
    """One client as the clinic knows them by now: rows by what they were drawn from."""

    drawn: SyntheticClient
    row: Client
    actor: Actor
    visits: dict[int, Visit] = field(default_factory=dict)


class DemoDays:
    """The days of a drawn clinic, lived through the actions of the real one."""

    def __init__(
        self,
        drawn: SyntheticClinic,
        *,
        therapists: tuple[Person, ...],
        zone: ZoneInfo,
        sender: Sender,
    ) -> None:
        self.drawn = drawn
        self.therapists = therapists
        self.actors = tuple(Viewer(person, datetime.now(zone)).actor for person in therapists)
        self.zone = zone
        self.sender = sender
        self.deeds: list[Deed] = []
        self.places = count()

    def live_until(self, now: datetime, *, progress: Callable[[int], None]) -> None:
        """Every deed up to `now` done, and a last turn of the clock."""
        start = min(client.joined_on for client in self.drawn.clients)
        begins_at, n_hundredths = self._at(datetime.combine(start, time.min)), 0
        for client in self.drawn.clients:
            joins_at = self._at(datetime.combine(client.joined_on, MORNING))
            self._plan(joins_at, self._joins(client))
        for at in self._turns(until=now):
            self._plan(at, self._turn)
        while self.deeds and self.deeds[0].at <= now:
            deed = heapq.heappop(self.deeds)
            deed.do(deed.at)
            reached = int(100 * ((deed.at - begins_at) / (now - begins_at)))
            if reached > n_hundredths:
                progress(reached - n_hundredths)
                n_hundredths = reached
        self._turn(now)
        progress(100 - n_hundredths)

    def _at(self, wall_clock: datetime) -> datetime:
        return wall_clock.replace(tzinfo=self.zone)

    def _plan(self, at: datetime, do: Callable[[datetime], None]) -> None:
        heapq.heappush(self.deeds, Deed(at, next(self.places), do))

    def _turns(self, *, until: datetime) -> Iterator[datetime]:
        days = {client.joined_on for client in self.drawn.clients}
        day, last = min(days), until.astimezone(self.zone).date()
        while day <= last:
            yield self._at(datetime.combine(day, NIGHT))
            day += timedelta(days=1)
        ends = {
            visit.ends_at
            for client in self.drawn.clients
            for visit in client.visits
            if visit.planned is Planned.HELD
        }
        yield from (self._at(end) + LETTERS_LEAVE_AFTER for end in sorted(ends))

    def _turn(self, now: datetime) -> None:
        turn(sender=self.sender, worker=WORKER, now=now)

    def _joins(self, drawn: SyntheticClient) -> Callable[[datetime], None]:
        def join(now: datetime) -> None:
            person = add_person(
                sign_in_name=drawn.code,
                display_name=drawn.name,
                password=None,
                language=drawn.language,
                by=OPERATOR,
                now=now,
            )
            row = add_client(
                code=drawn.code,
                display_name=drawn.name,
                person=person,
                language=drawn.language,
                phone=drawn.phone,
                email=drawn.email,
                own_goal=drawn.own_goal,
                by=OPERATOR,
                now=now,
            )
            for place in drawn.therapists:
                take_into_care(
                    client=row,
                    therapist=self.therapists[place],
                    starts_on=drawn.joined_on,
                    by=OPERATOR,
                    now=now,
                )
            self._plan_client(Known(drawn, row, Viewer(person, now).actor), joined_at=now)

        return join

    def _plan_client(self, client: Known, *, joined_at: datetime) -> None:
        drawn = client.drawn
        for place, visit in enumerate(drawn.visits):
            starts_at = self._at(visit.starts_at)
            book_at = max(joined_at, starts_at - BOOKED_BEFORE)
            self._plan(book_at, self._books(client, place, visit))
            match visit.planned:
                case Planned.HELD:
                    self._plan_held(client, place, visit)
                case Planned.MISSED:
                    self._plan(self._at(visit.ends_at) + MARKED_AFTER, self._misses(client, place))
                case Planned.CANCELLED:
                    self._plan(
                        max(book_at, starts_at - CALLED_OFF_BEFORE), self._cancels(client, place)
                    )
        for week in drawn.weeks:
            self._plan(self._at(week.answered_at), self._checks_in(client, week))
        if drawn.left_on is not None:
            self._plan(self._at(datetime.combine(drawn.left_on, MORNING)), self._leaves(client))

    def _plan_held(self, client: Known, place: int, visit: SyntheticVisit) -> None:
        ends_at = self._at(visit.ends_at)
        self._plan(ends_at + MARKED_AFTER, self._holds(client, place))
        if visit.own_rating is not None:
            self._plan(ends_at + RATED_AFTER, self._rates(client, place, visit))
        self._plan(ends_at + TALKED_AFTER, self._talks(client, place))
        if visit.answers is not None:
            after = visit.answers.after
            if client.drawn.way in RIGHT_AWAY:
                after = min(after, AT_THE_CLINIC_WITHIN)
            self._plan(ends_at + after, self._answers(client, place, visit.answers))
        if client.drawn.habit.is_opened_to_supervision:
            self._plan(ends_at + OPENED_AFTER, self._opens(client, visit.therapist))

    def _books(
        self, client: Known, place: int, visit: SyntheticVisit
    ) -> Callable[[datetime], None]:
        def book(now: datetime) -> None:
            client.visits[place] = book_visit(
                client=client.row,
                therapist=self.therapists[visit.therapist],
                starts_at=self._at(visit.starts_at),
                ends_at=self._at(visit.ends_at),
                by=self.actors[visit.therapist],
                now=now,
            )

        return book

    def _therapist_of(self, client: Known, place: int) -> int:
        return client.drawn.visits[place].therapist

    def _holds(self, client: Known, place: int) -> Callable[[datetime], None]:
        def hold(now: datetime) -> None:
            by = self.actors[self._therapist_of(client, place)]
            client.visits[place] = hold_visit(visit=client.visits[place], by=by, now=now)

        return hold

    def _misses(self, client: Known, place: int) -> Callable[[datetime], None]:
        def miss(now: datetime) -> None:
            by = self.actors[self._therapist_of(client, place)]
            miss_visit(visit=client.visits[place], by=by, now=now)

        return miss

    def _cancels(self, client: Known, place: int) -> Callable[[datetime], None]:
        def cancel(now: datetime) -> None:
            by = self.actors[self._therapist_of(client, place)]
            cancel_visit(visit=client.visits[place], by=by, now=now)

        return cancel

    def _leaves(self, client: Known) -> Callable[[datetime], None]:
        def leave(now: datetime) -> None:
            assert client.drawn.left_on is not None
            for care in Care.objects.filter(client=client.row, ends_on__isnull=True):
                end_care(care=care, ends_on=client.drawn.left_on, by=OPERATOR, now=now)

        return leave

    def _rates(
        self, client: Known, place: int, visit: SyntheticVisit
    ) -> Callable[[datetime], None]:
        def rate(now: datetime) -> None:
            slot = client.visits[place].therapist_slot
            assert slot is not None and visit.own_rating is not None
            record_own_rating(
                slot=slot,
                given=given_of_ratings(slot.version, visit.own_rating),
                language=self.therapists[visit.therapist].language,
                by=self.actors[visit.therapist],
                now=now,
            )

        return rate

    def _talks(self, client: Known, place: int) -> Callable[[datetime], None]:
        habit = client.drawn.habit

        def talk(now: datetime) -> None:
            visit = client.visits[place]
            noticed = Repair.objects.shown_to_therapist(now).filter(
                series__client=client.row,
                series__therapist=visit.therapist,
                state=RepairState.NOTICED,
                noticed_at__lt=visit.starts_at,
            )
            for repair in noticed.select_related("series"):
                note_talked_about(
                    repair=repair,
                    note=habit.note,
                    by=self.actors[self._therapist_of(client, place)],
                    now=now,
                )
                if habit.client_says is not Said.NOTHING:
                    self._plan(now + ASKED_AFTER, self._confirms(client, repair))

        return talk if habit.is_talked_about else _nothing

    def _confirms(self, client: Known, repair: Repair) -> Callable[[datetime], None]:
        def confirm(now: datetime) -> None:
            asked = Repair.objects.select_related("series").get(pk=repair.pk)
            if asked.state == RepairState.TALKED_ABOUT:
                confirm_repair(
                    repair=asked,
                    event=RepairEvent(client.drawn.habit.client_says),
                    note=client.drawn.habit.client_note,
                    by=client.actor,
                    now=now,
                )

        return confirm

    def _opens(self, client: Known, therapist: int) -> Callable[[datetime], None]:
        def opens(now: datetime) -> None:
            waiting = AllianceSeries.objects.filter(
                client=client.row,
                therapist=self.therapists[therapist],
                opened_to_supervision_at__isnull=True,
                repairs__supervision_since__isnull=False,
            ).distinct()
            for series in waiting:
                open_to_supervision(series=series, is_open=True, by=self.actors[therapist], now=now)

        return opens

    def _checks_in(self, client: Known, week: SyntheticWeek) -> Callable[[datetime], None]:
        def check_in(now: datetime) -> None:
            slot = (
                Slot.objects.open_at(now)
                .select_related("version")
                .get(client=client.row, version__instrument__purpose=Purpose.WEEKLY_CHECK)
            )
            record_feedback(
                slot=slot,
                given=given_of_week(slot.version, week),
                way_in=WayIn.SIGNED_IN,
                language=client.drawn.language,
                by=client.actor,
                now=now,
            )

        return check_in

    def _answers(
        self, client: Known, place: int, answers: VisitAnswers
    ) -> Callable[[datetime], None]:
        def answer(now: datetime) -> None:
            visit = client.visits[place]
            slot = visit.feedback_slot
            assert slot is not None
            response = hand_in_by(
                client.drawn.way,
                slot=slot,
                given=given_of(slot.version, answers),
                language=client.drawn.language,
                client=client.actor,
                therapist=self.actors[self._therapist_of(client, place)],
                therapist_person=visit.therapist,
                on=now.astimezone(self.zone).date(),
                now=now,
            )
            if answers.words is not None and answers.words.changes:
                written = response.answers.get(link_id=links_of(slot.version)["open_question"])
                self._plan(
                    now + CHANGED_AFTER,
                    self._changes(client, self._therapist_of(client, place), written, answers),
                )

        return answer

    def _changes(
        self, client: Known, therapist: int, written: Answer, answers: VisitAnswers
    ) -> Callable[[datetime], None]:
        def change(now: datetime) -> None:
            if answers.words is None or written.released_at is None or written.released_at > now:
                return
            say_what_changes(
                answer=written,
                what_changes=answers.words.changes,
                by=self.actors[therapist],
                now=now,
            )
            if answers.words.is_seen:
                self._plan(now + SEEN_AFTER, self._sees(client))

        return change

    def _sees(self, client: Known) -> Callable[[datetime], None]:
        def see(now: datetime) -> None:
            mark_changes_seen(client=client.row, by=client.actor, now=now)

        return see


def _nothing(_now: datetime) -> None:
    return
