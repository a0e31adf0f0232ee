"""A client reads who looked, asks about it, and is answered; an emergency is seen and reviewed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from alongside.clinic.access.checks import NotFound, can
from alongside.clinic.access.emergencies import (
    AlreadyReviewed,
    NobodyByThatName,
    SayMore,
    emergency_of,
    open_in_emergency,
    review_emergency,
)
from alongside.clinic.access.looks import remember_looks
from alongside.clinic.access.models import Emergency, EmergencyReason, KeptFrom, Verdict
from alongside.clinic.access.policy import Deed, Record, Relation, Segment
from alongside.clinic.access.viewer import Viewer
from alongside.clinic.audit.actor import OPERATOR
from alongside.clinic.caseload.queries import caseload_of, record_of
from alongside.clinic.people.actions import add_person
from alongside.clinic.people.models import Client, Person, Role
from alongside.clinic.transparency.flags import notice_odd_looks, open_flags, review_flag
from alongside.clinic.transparency.log import Occasion, own_log
from alongside.clinic.transparency.models import Flag, OddLook, Question
from alongside.clinic.transparency.questions import (
    AlreadyAsked,
    AnsweredBefore,
    NothingToSay,
    answer_question,
    ask_about_look,
    open_questions,
    question_of,
    working_days_after,
)
from alongside.clinic.transparency.reviews import emergencies_to_review, emergency_to_review
from tests.factories.clinic import PASSWORD, SmallClinic, small_clinic
from tests.factories.rows import change

pytestmark = pytest.mark.django_db
HAPPENED = "Found without breath in the waiting room."


@pytest.fixture
def clinic() -> SmallClinic:
    return small_clinic()


@pytest.fixture
def noor(clinic: SmallClinic) -> Person:
    return officer(clinic, "noor")


def officer(clinic: SmallClinic, name: str) -> Person:
    return add_person(
        sign_in_name=name,
        display_name=name.title(),
        password=PASSWORD,
        roles=[Role.PRIVACY_OFFICER],
        by=OPERATOR,
        now=clinic.now,
    )


def looks(clinic: SmallClinic, person: Person, client: Client) -> None:
    """The person opens the record of a client in their care, as the page does."""
    viewer = Viewer(person, clinic.now)
    record_of(viewer, viewer.client(client.public_id))
    remember_looks(viewer.looks, page="client_record", by=viewer.actor, now=viewer.now)


def alma_of(clinic: SmallClinic) -> Viewer:
    assert clinic.alma.person is not None
    return Viewer(clinic.alma.person, clinic.now)


def opened(clinic: SmallClinic, *, called: str = "C-1", words: str = HAPPENED) -> Emergency:
    return open_in_emergency(
        called=called,
        reason=EmergencyReason.MEDICAL,
        words=words,
        by=clinic.as_actor(clinic.omar),
        now=clinic.now,
    )


def test_a_client_reads_who_looked_when_how_often_and_at_what(clinic: SmallClinic) -> None:
    clinic.feedback(clinic.visit(), 8)
    looks(clinic, clinic.dana, clinic.alma)
    clinic.now += timedelta(minutes=20)
    looks(clinic, clinic.dana, clinic.alma)
    (look,) = own_log(alma_of(clinic)).looks
    assert (look.person, look.n_records, look.is_only_listed) == (clinic.dana, 2, False)
    assert look.last_at - look.first_at == timedelta(minutes=20)
    assert {Segment.IDENTITY, Segment.ALLIANCE, Segment.PROGRESS} <= look.segments
    assert look.relations == {Relation.ABOUT, Relation.IN_CARE_OF}
    assert look.occasion is Occasion.VISIT


def test_a_look_far_from_any_visit_is_not_told_as_part_of_one(clinic: SmallClinic) -> None:
    clinic.feedback(clinic.visit(), 8)
    clinic.now += timedelta(days=2)
    looks(clinic, clinic.dana, clinic.alma)
    (look,) = own_log(alma_of(clinic)).looks
    assert look.occasion is Occasion.OTHER


def test_a_list_is_told_apart_from_a_record(clinic: SmallClinic) -> None:
    viewer = Viewer(clinic.dana, clinic.now)
    caseload_of(viewer)
    for _ in range(3):
        remember_looks(viewer.looks, page="caseload", by=viewer.actor, now=viewer.now)
    (look,) = own_log(alma_of(clinic)).looks
    assert (look.is_only_listed, look.n_records) == (True, 0)


def test_what_the_software_did_stands_apart(clinic: SmallClinic) -> None:
    for number in (8, 8, 8, 8, 8, 8, 2, 2):
        clinic.feedback(clinic.visit(), number)
    log = own_log(alma_of(clinic))
    assert log.looks == ()
    assert {each.deed for each in log.system} >= {"repair_noticed"}


def test_nobody_reads_the_log_of_another(clinic: SmallClinic) -> None:
    looks(clinic, clinic.dana, clinic.alma)
    assert clinic.bruno.person is not None
    assert own_log(Viewer(clinic.bruno.person, clinic.now)).looks == ()
    with pytest.raises(NotFound):
        own_log(Viewer(clinic.dana, clinic.now))


def test_a_question_is_answered_by_the_privacy_officer_in_five_working_days(
    clinic: SmallClinic, noor: Person
) -> None:
    looks(clinic, clinic.dana, clinic.alma)
    viewer = alma_of(clinic)
    asked = {"client": clinic.alma, "about": clinic.dana, "looked_on": viewer.today}
    question = ask_about_look(**asked, words=" Why? ", by=viewer.actor, now=viewer.now)
    assert (question.words, question.due_on) == ("Why?", working_days_after(viewer.today, 5))
    with pytest.raises(AlreadyAsked):
        ask_about_look(**asked, words="", by=viewer.actor, now=viewer.now)
    reader = Viewer(noor, clinic.now)
    assert open_questions(reader) == (question,)
    found = question_of(reader, question.public_id)
    with pytest.raises(NothingToSay):
        answer_question(question=found, answer="  ", by=reader.actor, now=clinic.now)
    answer_question(question=found, answer="She prepared.", by=reader.actor, now=clinic.now)
    with pytest.raises(AnsweredBefore):
        answer_question(question=found, answer="Again.", by=reader.actor, now=clinic.now)
    (told,) = own_log(alma_of(clinic)).questions
    assert (told.answer, told.answered_by) == ("She prepared.", noor)
    assert open_questions(reader) == ()
    remember_looks(reader.looks, page="privacy_question", by=reader.actor, now=clinic.now)
    assert {each.person for each in own_log(alma_of(clinic)).looks} == {clinic.dana, noor}


def test_one_asks_only_about_ones_own_looks(clinic: SmallClinic) -> None:
    looks(clinic, clinic.dana, clinic.alma)
    viewer = alma_of(clinic)
    asked = {"words": "", "by": viewer.actor, "now": viewer.now}
    for client, about, day in (
        (clinic.bruno, clinic.dana, viewer.today),
        (clinic.alma, clinic.omar, viewer.today),
        (clinic.alma, clinic.dana, viewer.today - timedelta(days=1)),
        (clinic.alma, clinic.dana, None),
    ):
        with pytest.raises(NotFound):
            ask_about_look(client=client, about=about, looked_on=day, **asked)
    assert Question.objects.count() == 0
    ask_about_look(client=clinic.alma, about=None, looked_on=None, **asked)


def test_nobody_answers_a_question_about_themselves(clinic: SmallClinic, noor: Person) -> None:
    looks(clinic, clinic.dana, clinic.alma)
    viewer = alma_of(clinic)
    question = ask_about_look(
        client=clinic.alma,
        about=clinic.dana,
        looked_on=viewer.today,
        words="",
        by=viewer.actor,
        now=viewer.now,
    )
    clinic.dana.staff_roles.create(role=Role.PRIVACY_OFFICER)
    dana = Viewer(clinic.dana, clinic.now)
    assert open_questions(dana) == ()
    with pytest.raises(NotFound):
        question_of(dana, question.public_id)
    with pytest.raises(NotFound):
        answer_question(question=question, answer="No.", by=dana.actor, now=clinic.now)
    for person in (clinic.omar, clinic.ruth, clinic.ines):
        with pytest.raises(NotFound):
            open_questions(Viewer(person, clinic.now))


def test_working_days_leave_out_the_week_end() -> None:
    friday = date(2026, 3, 6)
    assert working_days_after(friday, 1) == date(2026, 3, 9)
    assert working_days_after(friday, 5) == date(2026, 3, 13)


def test_an_emergency_opens_one_record_to_read_for_an_hour(clinic: SmallClinic) -> None:
    clinic.feedback(clinic.visit(), 8)
    omar = clinic.as_actor(clinic.omar)
    record = Record(Segment.IDENTITY, client_id=clinic.alma.pk)
    assert not can(omar, Deed.SEE, record, now=clinic.now)
    emergency = opened(clinic)
    viewer = Viewer(clinic.omar, clinic.now)
    assert emergency_of(viewer, emergency.public_id).client == clinic.alma
    for segment in Segment:
        about = Record(segment, client_id=clinic.alma.pk, therapist_id=clinic.dana.pk)
        may_see = segment in (Segment.IDENTITY, Segment.ATTENDANCE, Segment.PROGRESS)
        assert can(omar, Deed.SEE, about, now=clinic.now) is may_see, segment
        may_record = segment is Segment.EMERGENCY
        assert can(omar, Deed.RECORD, about, now=clinic.now) is may_record, segment
    other = replace(record, client_id=clinic.bruno.pk + 1)
    assert not can(omar, Deed.SEE, other, now=clinic.now)
    later = clinic.now + timedelta(minutes=60)
    assert not can(omar, Deed.SEE, record, now=later)
    with pytest.raises(NotFound):
        emergency_of(Viewer(clinic.omar, later), emergency.public_id)
    with pytest.raises(NotFound):
        emergency_of(Viewer(clinic.dana, clinic.now), emergency.public_id)


@pytest.mark.parametrize("called", ["C-1", "c-1", "Alma", " alma ", "ALMA"])
def test_the_record_is_found_by_its_number_or_the_whole_name(
    clinic: SmallClinic, called: str
) -> None:
    assert opened(clinic, called=called).client == clinic.alma


@pytest.mark.parametrize("called", ["", "Alm", "C-", "C-9", "%", "Nobody"])
def test_half_a_name_opens_nothing(clinic: SmallClinic, called: str) -> None:
    with pytest.raises(NobodyByThatName):
        opened(clinic, called=called)
    assert Emergency.objects.count() == 0


def test_two_of_one_name_are_told_apart_by_the_number(clinic: SmallClinic) -> None:
    change(clinic.bruno, display_name="Alma")
    with pytest.raises(NobodyByThatName):
        opened(clinic, called="Alma")
    assert opened(clinic, called="C-2").client == clinic.bruno


def test_a_reason_has_to_be_said_and_only_clinicians_may(clinic: SmallClinic) -> None:
    with pytest.raises(SayMore):
        opened(clinic, words="too short        !")
    for person in (clinic.ines, clinic.alma.person):
        assert person is not None
        with pytest.raises(NotFound):
            open_in_emergency(
                called="C-1",
                reason=EmergencyReason.MEDICAL,
                words=HAPPENED,
                by=clinic.as_actor(person),
                now=clinic.now,
            )
    assert Emergency.objects.count() == 0


def test_the_client_sees_the_emergency_and_what_was_found(
    clinic: SmallClinic, noor: Person
) -> None:
    emergency = opened(clinic)
    viewer = Viewer(clinic.omar, clinic.now)
    emergency_of(viewer, emergency.public_id)
    remember_looks(viewer.looks, page="emergency_record", by=viewer.actor, now=viewer.now)
    (look,) = own_log(alma_of(clinic)).looks
    assert look.is_emergency
    assert look.relations == {Relation.IN_EMERGENCY}
    reader = Viewer(noor, clinic.now)
    assert emergencies_to_review(reader) == (emergency,)
    found = emergency_to_review(reader, emergency.public_id)
    judged = {"verdict": Verdict.NOT_JUSTIFIED, "by": reader.actor, "now": clinic.now}
    with pytest.raises(SayMore):
        review_emergency(emergency=found, outcome="No.", **judged)
    review_emergency(emergency=found, outcome="It could have waited for Dana.", **judged)
    with pytest.raises(AlreadyReviewed):
        review_emergency(emergency=found, outcome="It could have waited for Dana.", **judged)
    assert emergencies_to_review(reader) == ()
    (told,) = own_log(alma_of(clinic)).looks[-1].emergencies
    assert (told.verdict, told.outcome) == ("not_justified", "It could have waited for Dana.")


def test_nobody_reviews_their_own_emergency(clinic: SmallClinic) -> None:
    emergency = opened(clinic)
    clinic.omar.staff_roles.create(role=Role.PRIVACY_OFFICER)
    omar = Viewer(clinic.omar, clinic.now)
    assert emergencies_to_review(omar) == ()
    with pytest.raises(NotFound):
        emergency_to_review(omar, emergency.public_id)
    with pytest.raises(NotFound):
        review_emergency(
            emergency=emergency,
            verdict=Verdict.JUSTIFIED,
            outcome="I was right, of course I was.",
            by=omar.actor,
            now=clinic.now,
        )


def test_whom_a_client_keeps_out_is_out_whatever_they_are(clinic: SmallClinic) -> None:
    clinic.feedback(clinic.visit(), 8)
    KeptFrom.objects.create(client=clinic.alma, person=clinic.dana, since=clinic.now)
    viewer = Viewer(clinic.dana, clinic.now)
    assert not caseload_of(viewer)
    with pytest.raises(NotFound):
        viewer.client(clinic.alma.public_id)
    for segment in Segment:
        for deed in Deed:
            record = Record(
                segment,
                client_id=clinic.alma.pk,
                therapist_id=clinic.dana.pk,
                is_released=True,
                is_told_to_supervisor=True,
                is_opened_to_supervision=True,
            )
            assert not can(clinic.as_actor(clinic.dana), deed, record, now=clinic.now)
    KeptFrom.objects.create(client=clinic.alma, person=clinic.omar, since=clinic.now)
    with pytest.raises(NotFound):
        opened(clinic)


def test_looks_that_stand_out_are_found_once(clinic: SmallClinic, noor: Person) -> None:
    change(clinic.dana, display_name="Dana Alder")
    change(clinic.alma, display_name="Alma Alder")
    looks(clinic, clinic.dana, clinic.alma)
    assert notice_odd_looks(now=clinic.now) == 1
    assert notice_odd_looks(now=clinic.now) == 0
    (flag,) = open_flags(Viewer(noor, clinic.now))
    assert (flag.rule, flag.person, flag.client) == (
        OddLook.SAME_SURNAME,
        clinic.dana,
        clinic.alma,
    )
    by = Viewer(noor, clinic.now).actor
    review_flag(flag=flag, outcome="No kin.", by=by, now=clinic.now)
    assert open_flags(Viewer(noor, clinic.now)) == ()
    assert Flag.objects.get().outcome == "No kin."


def test_the_database_keeps_what_stands_out_once(clinic: SmallClinic) -> None:
    """Also where no client is named: to SQLite, nothing is like nothing."""
    for client in (clinic.alma, None):
        flag = {
            "rule": OddLook.COLLEAGUE,
            "person": clinic.omar,
            "client": client,
            "looked_on": clinic.now.date(),
            "noticed_at": clinic.now,
        }
        Flag.objects.create(**flag)
        with pytest.raises(IntegrityError), transaction.atomic():
            Flag.objects.create(**flag)


def test_names_of_one_word_are_no_surname(clinic: SmallClinic) -> None:
    change(clinic.dana, display_name="Alma")
    looks(clinic, clinic.dana, clinic.alma)
    assert notice_odd_looks(now=clinic.now) == 0


def test_a_colleague_who_is_a_client_stands_out(clinic: SmallClinic) -> None:
    assert clinic.alma.person is not None
    clinic.alma.person.staff_roles.create(role=Role.SUPERVISOR)
    looks(clinic, clinic.dana, clinic.alma)
    notice_odd_looks(now=clinic.now)
    assert Flag.objects.get().rule == OddLook.COLLEAGUE
