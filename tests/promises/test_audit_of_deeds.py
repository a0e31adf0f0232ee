"""The promise: every deed of the clinic leaves its row in the audit, and no deed stands without.

The table below names every public function of the clinic's actions. One that is added without
its line here fails; so does a line whose function is gone.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.db import DatabaseError, transaction

from alongside import clinic as clinic_package
from alongside.clinic.access import actions as access
from alongside.clinic.access import caseloads, emergencies
from alongside.clinic.access.models import Cover, Emergency, EmergencyReason, Verdict
from alongside.clinic.access.policy import Relation
from alongside.clinic.alliance import actions as alliance
from alongside.clinic.alliance import budget
from alongside.clinic.alliance.models import AllianceSeries, Repair, RepairSource
from alongside.clinic.alliance.repair_states import RepairEvent
from alongside.clinic.audit.actor import OPERATOR, SYSTEM, Actor, ActorKind
from alongside.clinic.audit.models import AuditEvent
from alongside.clinic.consent import actions as consent
from alongside.clinic.consent.models import Consent
from alongside.clinic.consent.segments import RecordSegment
from alongside.clinic.credentials import keys, sign_ins
from alongside.clinic.disclosures import actions as disclosures
from alongside.clinic.disclosures import erasure, gateway, own_copy, taking_in
from alongside.clinic.disclosures.basis import DemandKind
from alongside.clinic.disclosures.models import (
    Disclosure,
    ErasureRequest,
    LegalDemand,
    RestrictionRequest,
)
from alongside.clinic.engagement import actions as engagement
from alongside.clinic.engagement.models import ReachedOut, Way
from alongside.clinic.feedback import actions as feedback
from alongside.clinic.feedback import corrections, merging
from alongside.clinic.instruments import actions as instruments
from alongside.clinic.instruments import purposes
from alongside.clinic.instruments.actions import Given
from alongside.clinic.instruments.models import Answer, Instrument, Purpose, Release, Slot, WayIn
from alongside.clinic.instruments.own import install_own_instruments
from alongside.clinic.people import actions as people
from alongside.clinic.people.models import Care, Client, Clinic, Role, Supervision
from alongside.clinic.people.queries import day_of
from alongside.clinic.progress import actions as progress
from alongside.clinic.sealed_notes import actions as sealed_notes
from alongside.clinic.sealed_notes.models import SealedNote, SealingKey
from alongside.clinic.signals import actions as signals
from alongside.clinic.signals.models import SetAside, Signal, SignalKind, Why
from alongside.clinic.supervision import actions as supervision
from alongside.clinic.transparency import flags, questions
from alongside.clinic.transparency.models import Flag, OddLook, Question
from alongside.clinic.vault.fields import owner_of_client
from alongside.clinic.vault.keyring import the_keyring
from alongside.clinic.visits import actions as visits
from alongside.clinic.visits.models import Visit
from tests.factories.clinic import PASSWORD, SmallClinic, scored, small_clinic
from tests.factories.consents import form
from tests.factories.sharing import wish_for
from tests.promises import deeds_at_the_door as door
from tests.promises.full_audit import full_audit

ACTION_MODULES = (
    *(purposes, emergencies, caseloads, questions, flags),
    *(gateway, own_copy, taking_in, erasure, sign_ins, keys, budget),
    *(corrections, merging),
)
"""Modules that hold actions beside the `actions` of every app."""

AT_THE_DOOR = ("credentials", "sign_ins", "keys")
"""What one does about one's own way in, before the policy has anybody to ask about."""

NO_DEED_OF_ITS_OWN = {
    "alliance.follow_yardsticks": "belongs to set_alarm_budget; computes and keeps what follows",
    "audit.audit": "is how a row is left",
    "audit.audit_each": "is how a row is left for each of many",
    "instruments.answers_record": "asks nothing and changes nothing",
    "instruments.version_for": "only looks",
    "instruments.scores_of": "only computes",
    "instruments.read_given": "only reads what was typed",
    "instruments.open_slot": "belongs to the action that owns the occasion",
    "visits.attendance_record": "asks nothing and changes nothing",
    "visits.move_visit": "belongs to correct_response; see import_visits",
    "visits.take_as_cancelled": "belongs to take_back_response",
    "visits.take_as_held": "belongs to whoever says how the visit was; see record_feedback",
    "alliance.take_in_feedback": "belongs to record_feedback",
    "alliance.refresh_each": "is refresh_due_series for the series that are given",
    "alliance.take_in_therapist_rating": "belongs to record_own_rating",
    "progress.take_in_check": "belongs to record_feedback",
    "progress.follow_corrected_check": "belongs to correct_response and take_back_response",
    "progress.rebuild_progress": "belongs to refresh_due_progress",
    "sealed_notes.notes_record": "asks nothing and changes nothing",
    "feedback.take_in": "belongs to record_feedback, record_own_rating and enter_paper",
    "outbox.queue_message": "belongs to the action that has something to say",
    "outbox.cancel_messages": "belongs to the action that takes it back",
    "outbox.renew_messages": "belongs to the action that says it again",
    "outbox.lease_message": "the row of the message itself remembers",
    "outbox.deliver_due_messages": "the row of the message itself remembers",
    "purposes.purposes_for": "only looks",
    "purposes.put_to_use": "belongs to choose_instrument and import_instrument",
    "disclosures.must_agree": "only looks",
    "disclosures.check_own": "asks whether it is the client who asks",
    "gateway.preview": "only looks; what it shows leaves by release",
    "own_copy.copy_consent": "is make_own_copy for one consent",
    **door.NO_DEED,
}
"""What is no deed, or part of one that is in the table, with the reason."""


@dataclass
class Scene:
    """A clinic in which everything has just begun, for each deed anew."""

    clinic: SmallClinic
    visit: Visit
    strain: Repair
    concern: Repair
    words: Answer
    ahead: Visit

    @property
    def now(self) -> Any:
        return self.clinic.now

    @property
    def dana(self) -> Actor:
        return self.clinic.as_actor(self.clinic.dana)

    @property
    def alma(self) -> Actor:
        return self.clinic.as_actor(self.clinic.alma.person)

    @property
    def ines(self) -> Actor:
        return self.clinic.as_actor(self.clinic.ines)

    @property
    def ruth(self) -> Actor:
        return self.clinic.as_actor(self.clinic.ruth)

    @property
    def noor(self) -> Actor:
        return self.clinic.as_actor(self.clinic.ruth)

    @property
    def slot(self) -> Slot:
        assert self.visit.feedback_slot is not None
        return self.visit.feedback_slot

    def given(self, slot: Slot, number: int = 8) -> list[Given]:
        return [Given(name, raw) for name, raw in scored(slot, number).items()]


@pytest.fixture
def scene(db: None) -> Scene:
    clinic = small_clinic()
    for _ in range(3):
        clinic.feedback(clinic.visit(), 8)
    low = clinic.visit()
    response = clinic.feedback(low, 2, F1=True, O1="Slower.", **{"F1-supervisor": True})
    clinic.ruth.staff_roles.create(role=Role.PRIVACY_OFFICER)
    open_visit, ahead = clinic.visit(), clinic.visit()
    clinic.now = open_visit.ends_at + timedelta(minutes=5)
    return Scene(
        clinic=clinic,
        visit=open_visit,
        strain=Repair.objects.get(source=RepairSource.STRAIN),
        concern=Repair.objects.get(source=RepairSource.CONCERN),
        words=response.answers.get(link_id="O1"),
        ahead=ahead,
    )


def _sealing_key(s: Scene) -> SealingKey:
    return sealed_notes.keep_sealing_key(
        person=s.clinic.dana,
        public_key=bytes(32),
        wrapped=bytes(76),
        salt=bytes(16),
        n_iterations=600_000,
        by=s.dana,
        now=s.now,
    )


def _sealed_note(s: Scene) -> None:
    sealed_notes.save_sealed_note(
        public_id="a-note",
        client=s.clinic.alma,
        key=SealingKey.objects.get(),
        envelope=bytes(64),
        by=s.dana,
        now=s.now,
    )


def _sealed_note_there(s: Scene) -> None:
    _sealing_key(s)
    _sealed_note(s)


def _cover(s: Scene) -> None:
    caseloads.arrange_cover(
        absent=s.clinic.dana,
        covering=s.clinic.omar,
        starts_at=s.now - timedelta(hours=1),
        ends_at=s.now + timedelta(days=2),
        by=s.dana,
        now=s.now,
    )


def _emergency(s: Scene) -> None:
    emergencies.open_in_emergency(
        called="C-1",
        reason=EmergencyReason.MEDICAL,
        words="Found without breath at the door.",
        by=s.clinic.as_actor(s.clinic.omar),
        now=s.now,
    )


def _ask(s: Scene) -> None:
    questions.ask_about_look(
        client=s.clinic.alma, about=None, looked_on=None, words="Why?", by=s.alma, now=s.now
    )


def _flag(s: Scene) -> None:
    Flag.objects.create(
        rule=OddLook.MANY_RECORDS,
        person=s.clinic.dana,
        looked_on=s.now.date(),
        noticed_at=s.now,
    )


def _record(s: Scene) -> None:
    feedback.record_feedback(
        slot=s.slot,
        given=s.given(s.slot),
        way_in=WayIn.LINK,
        language="en",
        by=Actor.bearer_of(s.slot.pk),
        now=s.now,
    )


def _hand_in(s: Scene) -> None:
    with transaction.atomic():
        instruments.hand_in(
            slot=s.slot,
            given=s.given(s.slot),
            way_in=WayIn.LINK,
            language="en",
            by=Actor.bearer_of(s.slot.pk),
            now=s.now,
        )


def _save(s: Scene) -> None:
    instruments.save_answers(
        slot=s.slot,
        given=[Given("A1", 5)],
        way_in=WayIn.LINK,
        language="en",
        by=Actor.bearer_of(s.slot.pk),
        now=s.now,
    )


def _rate(s: Scene) -> None:
    slot = s.visit.therapist_slot
    feedback.record_own_rating(slot=slot, given=s.given(slot), by=s.dana, now=s.now, language="en")


def _paper(s: Scene) -> None:
    feedback.enter_paper(
        slot=s.slot,
        given=s.given(s.slot),
        filled_on=s.now.date(),
        entered_by=s.clinic.dana,
        language="en",
        by=s.dana,
        now=s.now,
    )


def _code(s: Scene) -> str:
    return feedback.issue_kiosk_code(slot=s.slot, issued_by=s.clinic.dana, by=s.dana, now=s.now)


def _book(s: Scene) -> None:
    starts_at = s.now + timedelta(days=100)
    visits.book_visit(
        client=s.clinic.alma,
        therapist=s.clinic.dana,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=50),
        by=s.dana,
        now=s.now,
    )


def _import(s: Scene) -> None:
    Instrument.objects.all().delete()
    install_own_instruments(by=s.ines, now=s.now)


def _held_back(s: Scene) -> None:
    s.clinic.feedback(s.visit, 8, release=Release.MONTH_END)
    AllianceSeries.objects.update(refresh_due_at=s.now)


def _came(s: Scene) -> None:
    visits.hold_visit(visit=s.visit, by=s.dana, now=s.now)


def _reached_out(s: Scene) -> None:
    engagement.note_reached_out(
        client=s.clinic.alma, person=s.clinic.dana, way=Way.CALLED, by=s.dana, now=s.now
    )


def _progress_due(s: Scene) -> None:
    progress.open_weekly_checks(now=s.now)
    check = Slot.objects.open_at(s.now).get(
        client=s.clinic.alma, version__instrument__purpose=Purpose.WEEKLY_CHECK
    )
    feedback.record_feedback(
        slot=check,
        given=s.given(check, 5),
        way_in=WayIn.SIGNED_IN,
        language="en",
        by=s.alma,
        now=s.now,
    )
    check.client.progress.update(refresh_due_at=s.now)


def _unrepaired(s: Scene) -> None:
    s.concern.delete()
    Repair.objects.update(visit=Visit.objects.order_by("ends_at").first())


def _nothing(s: Scene) -> None:
    """No preparation."""


def _wishes(s: Scene) -> None:
    ruth = s.clinic.as_actor(s.clinic.ruth)
    budget.set_alarm_budget(prompts_a_week=0.1, by=ruth, now=s.now)


SILENT = Signal(SignalKind.SILENT)


def _rests(s: Scene) -> None:
    signals.set_aside(
        client=s.clinic.alma,
        signal=SILENT,
        until=day_of(s.now) + timedelta(days=7),
        why=Why.PLANNED,
        by=s.dana,
        now=s.now,
    )


def _choose(s: Scene) -> None:
    purposes.choose_instrument(
        instrument=Instrument.objects.get(url__endswith="weekly-check"),
        purpose=Purpose.WEEKLY_CHECK,
        by=s.ines,
        now=s.now,
    )


def _instrument() -> Instrument:
    return Instrument.objects.get(purpose=Purpose.VISIT_FEEDBACK)


def _weekly_check() -> Instrument:
    return Instrument.objects.get(purpose=Purpose.WEEKLY_CHECK)


def _draft(s: Scene) -> Consent:
    return consent.draft_consent(
        client=s.clinic.alma, form=form(), language="en", by=s.alma, now=s.now
    )


def _given(s: Scene) -> Consent:
    return consent.give_consent(draft=_draft(s), signature="Alma", by=s.alma, now=s.now)


def _copy(s: Scene) -> bytes:
    left = own_copy.make_own_copy(
        client=s.clinic.alma,
        wanted=own_copy.OwnFormat.PORTABLE,
        language="en",
        request_key="copy",
        by=s.alma,
        now=s.now,
    )
    return left.package.content


def _taken_away(s: Scene) -> None:
    """A copy of Bruno, who is then nobody's client here."""
    bruno = s.clinic.bruno
    by = s.clinic.as_actor(bruno.person)
    left = own_copy.make_own_copy(
        client=bruno,
        wanted=own_copy.OwnFormat.PORTABLE,
        language="en",
        request_key="copy",
        by=by,
        now=s.now,
    )
    s.file = left.package.content  # type: ignore[attr-defined]
    person = bruno.person
    Disclosure.objects.filter(client=bruno).delete()
    bruno.delete()
    person.delete()


def _asked(s: Scene) -> None:
    disclosures.ask_for_restriction(
        client=s.clinic.alma,
        segments=frozenset({RecordSegment.PLAN}),
        purposes=frozenset(),
        recipient="",
        reason="",
        is_paid_by_client=False,
        by=s.alma,
        now=s.now,
    )


def _with_an_officer(s: Scene) -> None:
    people.set_roles(
        person=s.clinic.ruth,
        roles=[Role.SUPERVISOR, Role.PRIVACY_OFFICER],
        by=OPERATOR,
        now=s.now,
    )


def _demanded(s: Scene) -> None:
    disclosures.record_demand(
        client=s.clinic.alma,
        kind=DemandKind.SUBPOENA,
        who="A lawyer",
        says="All of it.",
        segments=frozenset(),
        is_sealed=False,
        received_on=s.now.date(),
        by=s.ruth,
        now=s.now,
    )


def _wishes_to_be_forgotten(scene: Scene) -> None:
    _with_an_officer(scene)
    erasure.ask_for_erasure(client=scene.clinic.alma, by=scene.alma, now=scene.now)


def _with_a_demand(s: Scene) -> None:
    _with_an_officer(s)
    _demanded(s)
    people.set_roles(person=s.clinic.omar, roles=[Role.PRIVACY_OFFICER], by=OPERATOR, now=s.now)


def _changed(s: Scene) -> None:
    alliance.say_what_changes(answer=s.words, what_changes="Yes.", by=s.dana, now=s.now)


def _answered(s: Scene) -> None:
    supervision.answer_concern(repair=s.concern, answer="I called.", by=s.ruth, now=s.now)


Prepare = Callable[[Scene], object]
DEEDS: dict[str, tuple[str, Callable[[Scene], object], Prepare]] = {
    "access.admit_staff": (
        "add_person",
        lambda s: access.admit_staff(
            sign_in_name="mara",
            display_name="Mara",
            password=PASSWORD,
            language="en",
            roles=[Role.THERAPIST],
            by=s.ines,
            now=s.now,
        ),
        _nothing,
    ),
    "access.change_roles": (
        "set_roles",
        lambda s: access.change_roles(
            person=s.clinic.omar, roles=[Role.SUPERVISOR], by=s.ines, now=s.now
        ),
        _nothing,
    ),
    "access.keep_out": (
        "keep_out",
        lambda s: access.keep_out(person=s.clinic.omar, by=s.ines, now=s.now),
        _nothing,
    ),
    "access.let_in": (
        "let_in",
        lambda s: access.let_in(person=s.clinic.omar, by=s.ines, now=s.now),
        _nothing,
    ),
    "access.assign_supervisor": (
        "supervise",
        lambda s: access.assign_supervisor(
            supervisor=s.clinic.ruth,
            therapist=s.clinic.omar,
            starts_on=s.now.date(),
            by=s.ines,
            now=s.now,
        ),
        _nothing,
    ),
    "access.take_supervisor_away": (
        "end_supervision",
        lambda s: access.take_supervisor_away(
            supervision=Supervision.objects.get(), by=s.ines, now=s.now
        ),
        _nothing,
    ),
    "consent.draft_consent": ("draft_consent", _draft, _nothing),
    "consent.give_consent": (
        "give_consent",
        lambda s: consent.give_consent(draft=s.draft, signature="Alma", by=s.alma, now=s.now),  # type: ignore[attr-defined]
        lambda s: setattr(s, "draft", _draft(s)),
    ),
    "consent.revoke_consent": (
        "revoke_consent",
        lambda s: consent.revoke_consent(consent=Consent.objects.get(), by=s.alma, now=s.now),
        _given,
    ),
    "consent.set_consent_aside": (
        "set_consent_aside",
        lambda s: consent.set_consent_aside(
            consent=Consent.objects.get(), why="Signed by another.", by=s.dana, now=s.now
        ),
        _given,
    ),
    "consent.note_recipient_told": (
        "note_recipient_told",
        lambda s: consent.note_recipient_told(consent=Consent.objects.get(), by=s.dana, now=s.now),
        lambda s: consent.revoke_consent(consent=_given(s), by=s.alma, now=s.now),
    ),
    "consent.end_due_consents": (
        "consent_expired",
        lambda s: consent.end_due_consents(now=s.now + timedelta(days=400)),
        _given,
    ),
    "disclosures.ask_for_restriction": ("ask_for_restriction", _asked, _nothing),
    "disclosures.decide_restriction": (
        "decide_restriction",
        lambda s: disclosures.decide_restriction(
            request=RestrictionRequest.objects.get(),
            is_agreed=True,
            answer="",
            by=s.ruth,
            now=s.now,
        ),
        lambda s: (_with_an_officer(s), _asked(s)),
    ),
    "disclosures.end_restriction": (
        "end_restriction",
        lambda s: disclosures.end_restriction(
            request=RestrictionRequest.objects.get(), by=s.alma, now=s.now
        ),
        _asked,
    ),
    "erasure.ask_for_erasure": (
        "ask_for_erasure",
        lambda s: erasure.ask_for_erasure(client=s.clinic.alma, by=s.alma, now=s.now),
        _nothing,
    ),
    "erasure.withdraw_erasure": (
        "withdraw_erasure",
        lambda s: erasure.withdraw_erasure(
            request=ErasureRequest.objects.get(), by=s.alma, now=s.now
        ),
        lambda s: erasure.ask_for_erasure(client=s.clinic.alma, by=s.alma, now=s.now),
    ),
    "erasure.record_erasure_wish": (
        "record_erasure_wish",
        lambda s: erasure.record_erasure_wish(client=s.clinic.alma, by=s.ruth, now=s.now),
        _with_an_officer,
    ),
    "erasure.decline_erasure": (
        "decline_erasure",
        lambda s: erasure.decline_erasure(
            request=ErasureRequest.objects.get(), answer="Six years.", by=s.ruth, now=s.now
        ),
        _wishes_to_be_forgotten,
    ),
    "erasure.erase_client": (
        "erase_client",
        lambda s: erasure.erase_client(request=ErasureRequest.objects.get(), by=s.ruth, now=s.now),
        _wishes_to_be_forgotten,
    ),
    "erasure.keep_erased": (
        "erase_client_again",
        lambda s: erasure.keep_erased(now=s.now),
        lambda s: the_keyring().destroy(owner_of_client(s.clinic.alma.pk), now=s.now),
    ),
    "disclosures.record_demand": ("record_demand", _demanded, _with_an_officer),
    "disclosures.note_counsel": (
        "note_counsel",
        lambda s: disclosures.note_counsel(
            demand=LegalDemand.objects.get(), says="It opens nothing.", by=s.ruth, now=s.now
        ),
        _with_a_demand,
    ),
    "disclosures.confirm_demand": (
        "confirm_demand",
        lambda s: disclosures.confirm_demand(
            demand=LegalDemand.objects.get(), by=s.clinic.as_actor(s.clinic.omar), now=s.now
        ),
        _with_a_demand,
    ),
    "disclosures.close_demand": (
        "close_demand",
        lambda s: disclosures.close_demand(demand=LegalDemand.objects.get(), by=s.ruth, now=s.now),
        _with_a_demand,
    ),
    "gateway.release": (
        "disclose",
        lambda s: gateway.release(
            wish_for(s.clinic, RecordSegment.ATTENDANCE),
            ticked=(),
            request_key="key",
            by=s.dana,
            now=s.now,
        ),
        _given,
    ),
    "own_copy.make_own_copy": ("copy_own_record", _copy, _nothing),
    "taking_in.take_in_client": (
        "take_in_client",
        lambda s: taking_in.take_in_client(data=s.file, by=OPERATOR, now=s.now),  # type: ignore[attr-defined]
        _taken_away,
    ),
    "people.open_clinic": (
        "open_clinic",
        lambda s: people.open_clinic(name="Other", by=OPERATOR, now=s.now),
        lambda s: Clinic.objects.all().delete(),
    ),
    "people.add_person": (
        "add_person",
        lambda s: people.add_person(
            sign_in_name="mara", display_name="Mara", password=None, by=OPERATOR, now=s.now
        ),
        _nothing,
    ),
    "people.set_roles": (
        "set_roles",
        lambda s: people.set_roles(person=s.clinic.omar, roles=[], by=OPERATOR, now=s.now),
        _nothing,
    ),
    "people.set_active": (
        "keep_out",
        lambda s: people.set_active(person=s.clinic.omar, is_active=False, by=OPERATOR, now=s.now),
        _nothing,
    ),
    "people.set_password": (
        "set_password",
        lambda s: people.set_password(
            person=s.clinic.omar, password=PASSWORD, by=OPERATOR, now=s.now
        ),
        _nothing,
    ),
    "people.add_client": (
        "add_client",
        lambda s: people.add_client(code="C-9", display_name="Cruz", by=OPERATOR, now=s.now),
        _nothing,
    ),
    "people.take_into_care": (
        "take_into_care",
        lambda s: people.take_into_care(
            client=s.clinic.alma,
            therapist=s.clinic.omar,
            starts_on=s.now.date(),
            by=OPERATOR,
            now=s.now,
        ),
        _nothing,
    ),
    "people.end_care": (
        "end_care",
        lambda s: people.end_care(
            care=Care.objects.get(client=s.clinic.alma),
            ends_on=s.now.date(),
            by=OPERATOR,
            now=s.now,
        ),
        _nothing,
    ),
    "people.supervise": (
        "supervise",
        lambda s: people.supervise(
            supervisor=s.clinic.ruth,
            therapist=s.clinic.omar,
            starts_on=s.now.date(),
            by=OPERATOR,
            now=s.now,
        ),
        _nothing,
    ),
    "people.end_supervision": (
        "end_supervision",
        lambda s: people.end_supervision(
            supervision=Supervision.objects.get(), ends_on=s.now.date(), by=OPERATOR, now=s.now
        ),
        _nothing,
    ),
    "instruments.save_answers": ("save_answers", _save, _nothing),
    "instruments.hand_in": ("hand_in_answers", _hand_in, _nothing),
    "purposes.choose_instrument": (
        "choose_instrument",
        _choose,
        lambda s: Instrument.objects.update(purpose=None),
    ),
    "visits.book_visit": ("book_visit", _book, _nothing),
    "visits.hold_visit": (
        "visit_held",
        lambda s: visits.hold_visit(visit=s.visit, by=s.dana, now=s.now),
        _nothing,
    ),
    "visits.miss_visit": (
        "visit_missed",
        lambda s: visits.miss_visit(visit=s.visit, by=s.dana, now=s.now),
        _nothing,
    ),
    "visits.cancel_visit": (
        "visit_cancelled",
        lambda s: visits.cancel_visit(visit=s.ahead, by=s.dana, now=s.now),
        _nothing,
    ),
    "visits.rebook_visit": (
        "visit_booked",
        lambda s: visits.rebook_visit(visit=s.ahead, by=s.dana, now=s.now),
        lambda s: visits.cancel_visit(visit=s.ahead, by=s.dana, now=s.now),
    ),
    "alliance.refresh_series": (
        "refresh_alliance",
        lambda s: alliance.refresh_series(AllianceSeries.objects.get(), now=s.now),
        _held_back,
    ),
    "alliance.refresh_due_series": (
        "refresh_alliance",
        lambda s: alliance.refresh_due_series(now=s.now),
        _held_back,
    ),
    "alliance.relearn_population": (
        "relearn_population",
        lambda s: alliance.relearn_population(instrument=_instrument(), by=SYSTEM, now=s.now),
        _nothing,
    ),
    "alliance.relearn_after_import": (
        "repair_noticed",
        lambda s: alliance.relearn_after_import(instrument=_instrument(), by=OPERATOR, now=s.now),
        lambda s: Repair.objects.all().delete(),
    ),
    "alliance.relearn_old_populations": (
        "relearn_population",
        lambda s: alliance.relearn_old_populations(now=s.now),
        _nothing,
    ),
    "alliance.send_unrepaired_to_supervision": (
        "repair_sent_to_supervision",
        lambda s: alliance.send_unrepaired_to_supervision(now=s.now),
        _unrepaired,
    ),
    "alliance.note_talked_about": (
        "repair_talked_about",
        lambda s: alliance.note_talked_about(repair=s.strain, note="Yes.", by=s.dana, now=s.now),
        _nothing,
    ),
    "budget.set_alarm_budget": (
        "set_alarm_budget",
        _wishes,
        _nothing,
    ),
    "budget.renew_old_budget": (
        "set_alarm_budget",
        lambda s: budget.renew_old_budget(now=s.now + timedelta(days=31)),
        _wishes,
    ),
    "signals.set_aside": (
        "set_signal_aside",
        _rests,
        _nothing,
    ),
    "signals.take_up_again": (
        "take_up_signal",
        lambda s: signals.take_up_again(resting=SetAside.objects.get(), by=s.dana, now=s.now),
        _rests,
    ),
    "signals.say_if_useful": (
        "say_if_signal_useful",
        lambda s: signals.say_if_useful(
            client=s.clinic.alma, signal=SILENT, is_useful=True, by=s.dana, now=s.now
        ),
        _nothing,
    ),
    "alliance.confirm_repair": (
        "repair_client_feels_better",
        lambda s: alliance.confirm_repair(
            repair=s.strain, event=RepairEvent.CLIENT_FEELS_BETTER, by=s.alma, now=s.now
        ),
        _nothing,
    ),
    "alliance.tell_supervisor": (
        "tell_supervisor",
        lambda s: alliance.tell_supervisor(repair=s.concern, by=s.alma, now=s.now),
        _nothing,
    ),
    "alliance.say_what_changes": ("say_what_changes", _changed, _nothing),
    "alliance.mark_changes_seen": (
        "see_change",
        lambda s: alliance.mark_changes_seen(client=s.clinic.alma, by=s.alma, now=s.now),
        _changed,
    ),
    "alliance.open_to_supervision": (
        "open_to_supervision",
        lambda s: alliance.open_to_supervision(
            series=AllianceSeries.objects.get(), is_open=True, by=s.alma, now=s.now
        ),
        _nothing,
    ),
    "supervision.note_supervision": (
        "note_supervision",
        lambda s: supervision.note_supervision(
            repair=s.concern, note="Called.", by=s.ruth, now=s.now
        ),
        _nothing,
    ),
    "supervision.answer_concern": ("answer_concern", _answered, _nothing),
    "supervision.mark_supervision_answers_seen": (
        "see_supervision_answer",
        lambda s: supervision.mark_supervision_answers_seen(
            client=s.clinic.alma, by=s.alma, now=s.now
        ),
        _answered,
    ),
    "progress.refresh_due_progress": (
        "refresh_progress",
        lambda s: progress.refresh_due_progress(now=s.now),
        _progress_due,
    ),
    "progress.bring_up_to_date": (
        "refresh_progress",
        lambda s: progress.bring_up_to_date(clients=Client.objects.all(), now=s.now),
        _progress_due,
    ),
    "progress.learn_course": (
        "learn_course",
        lambda s: progress.learn_course(instrument=_weekly_check(), by=SYSTEM, now=s.now),
        _nothing,
    ),
    "progress.relearn_old_courses": (
        "learn_course",
        lambda s: progress.relearn_old_courses(now=s.now),
        _progress_due,
    ),
    "engagement.learn_hazard": (
        "learn_hazard",
        lambda s: engagement.learn_hazard(by=SYSTEM, now=s.now),
        _came,
    ),
    "engagement.relearn_old_hazard": (
        "learn_hazard",
        lambda s: engagement.relearn_old_hazard(now=s.now),
        _came,
    ),
    "engagement.note_reached_out": ("note_reached_out", _reached_out, _nothing),
    "engagement.take_back_reached_out": (
        "take_back_reached_out",
        lambda s: engagement.take_back_reached_out(
            client=s.clinic.alma,
            public_id=ReachedOut.objects.get().public_id,
            person=s.clinic.dana,
            by=s.dana,
            now=s.now,
        ),
        _reached_out,
    ),
    "progress.open_weekly_checks": (
        "open_weekly_check",
        lambda s: progress.open_weekly_checks(now=s.now),
        _nothing,
    ),
    "sealed_notes.keep_sealing_key": ("keep_sealing_key", _sealing_key, _nothing),
    "sealed_notes.save_sealed_note": ("save_sealed_note", _sealed_note, _sealing_key),
    "sealed_notes.close_sealed_note": (
        "close_sealed_note",
        lambda s: sealed_notes.close_sealed_note(
            note=SealedNote.objects.get(), by=s.dana, now=s.now
        ),
        _sealed_note_there,
    ),
    "caseloads.arrange_cover": ("arrange_cover", _cover, _nothing),
    "caseloads.end_cover": (
        "end_cover",
        lambda s: caseloads.end_cover(cover=Cover.objects.get(), by=s.dana, now=s.now),
        _cover,
    ),
    "caseloads.hand_over": (
        "hand_over",
        lambda s: caseloads.hand_over(
            care=Care.objects.get(client=s.clinic.alma),
            to=s.clinic.omar,
            on=day_of(s.now),
            by=s.dana,
            now=s.now,
        ),
        _nothing,
    ),
    "emergencies.open_in_emergency": ("open_in_emergency", _emergency, _nothing),
    "emergencies.review_emergency": (
        "review_emergency",
        lambda s: emergencies.review_emergency(
            emergency=Emergency.objects.get(),
            verdict=Verdict.JUSTIFIED,
            outcome="It could not have waited.",
            by=s.noor,
            now=s.now,
        ),
        _emergency,
    ),
    "questions.ask_about_look": ("ask_about_look", _ask, _nothing),
    "questions.answer_question": (
        "answer_question",
        lambda s: questions.answer_question(
            question=Question.objects.get(), answer="She prepared.", by=s.noor, now=s.now
        ),
        _ask,
    ),
    "flags.review_flag": (
        "review_flag",
        lambda s: flags.review_flag(
            flag=Flag.objects.get(), outcome="A holiday cover.", by=s.noor, now=s.now
        ),
        _flag,
    ),
    "feedback.record_feedback": ("hand_in_answers", _record, _nothing),
    "feedback.record_own_rating": ("hand_in_answers", _rate, _nothing),
    "corrections.correct_response": (
        "correct_response",
        lambda s: corrections.correct_response(
            response=s.slot.response, given=s.given(s.slot, 3), why="A 3.", by=s.dana, now=s.now
        ),
        _paper,
    ),
    "corrections.take_back_response": (
        "take_back_response",
        lambda s: corrections.take_back_response(
            response=s.slot.response, why="Not hers.", by=s.dana, now=s.now
        ),
        _paper,
    ),
    "merging.merge_clients": (
        "merge_clients",
        lambda s: merging.merge_clients(
            stays=s.clinic.bruno, goes=s.clinic.alma, by=OPERATOR, now=s.now
        ),
        _nothing,
    ),
    "feedback.enter_paper": ("hand_in_answers", _paper, _nothing),
    "feedback.issue_kiosk_code": ("issue_kiosk_code", _code, _nothing),
    "feedback.use_kiosk_code": (
        "use_kiosk_code",
        lambda s: feedback.use_kiosk_code(code=s.code, now=s.now),  # type: ignore[attr-defined]
        lambda s: setattr(s, "code", _code(s)),
    ),
    "feedback.hand_over_device": (
        "hand_over_device",
        lambda s: feedback.hand_over_device(slot=s.slot, by=s.dana, now=s.now),
        _nothing,
    ),
    "people.choose_outward_name": (
        "choose_outward_name",
        lambda s: people.choose_outward_name(name="Green Book", by=OPERATOR, now=s.now),
        _nothing,
    ),
    **door.DEEDS,
}


def public_functions() -> set[str]:
    """Every public function of the modules that hold actions, as app.function."""
    modules = [
        importlib.import_module(f"{clinic_package.__name__}.{each.name}.actions")
        for each in pkgutil.iter_modules(clinic_package.__path__)
        if each.ispkg and importlib.util.find_spec(f"{clinic_package.__name__}.{each.name}.actions")
    ]
    found = {
        f"{module.__name__.split('.')[-2]}.{name}"
        for module in modules
        for name, thing in vars(module).items()
        if inspect.isfunction(thing)
        and thing.__module__ == module.__name__
        and not name.startswith("_")
    }
    return found | {
        f"{module.__name__.split('.')[-1]}.{name}"
        for module in ACTION_MODULES
        for name, thing in vars(module).items()
        if inspect.isfunction(thing)
        and thing.__module__ == module.__name__
        and not name.startswith("_")
        and "by" in inspect.signature(thing).parameters
    }


def everything_kept() -> dict[str, list[dict[str, Any]]]:
    """Every row of every table."""
    return {
        model._meta.label: list(model._base_manager.order_by("pk").values())
        for model in apps.get_models()
    }


def test_every_action_of_the_clinic_stands_in_the_table() -> None:
    named = {*DEEDS, *NO_DEED_OF_ITS_OWN, "instruments.import_instrument"}
    extra = {
        *("purposes.purposes_for", "sign_ins.begin_sign_in", "erasure.keep_erased"),
        "budget.renew_old_budget",
    }
    assert public_functions() - named == set()
    assert named - extra - public_functions() == set()


@pytest.mark.parametrize("name", DEEDS)
def test_a_deed_leaves_its_row_and_without_the_row_there_is_no_deed(
    name: str, scene: Scene
) -> None:
    expected, deed, prepare = DEEDS[name]
    prepare(scene)
    before, last = everything_kept(), AuditEvent.objects.latest("pk").pk

    with full_audit(), pytest.raises(DatabaseError, match="the audit is full"):
        deed(scene)
    assert everything_kept() == before
    deed(scene)
    rows = AuditEvent.objects.filter(pk__gt=last)
    assert expected in set(rows.values_list("deed", flat=True))
    assert everything_kept() != before
    if name.partition(".")[0] in AT_THE_DOOR:
        return
    for row in rows.filter(deed=expected, actor_kind=ActorKind.PERSON):
        assert row.acting_as in set(Relation), "a person acts as what the policy lets them be"


@pytest.mark.django_db
def test_bringing_an_instrument_in_leaves_its_row() -> None:
    install_own_instruments(by=OPERATOR, now=small_clinic().now)
    deeds = AuditEvent.objects.filter(deed="import_instrument")
    assert deeds.count() == Instrument.objects.count() == 3


def test_no_row_holds_a_persons_words_or_answers(scene: Scene) -> None:
    for name in ("feedback.record_feedback", "alliance.say_what_changes"):
        DEEDS[name][1](scene)
    alliance.note_talked_about(
        repair=scene.concern, note="We talked of it.", by=scene.dana, now=scene.now
    )
    kept = str([(event.detail, vars(event)) for event in AuditEvent.objects.all()])
    for words in ("Slower.", "Yes.", "We talked", "Alma", "Dana", "+1 555"):
        assert words not in kept
