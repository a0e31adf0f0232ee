"""A clinic whose client Alma shares: visits rated, words written, a consent given."""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import replace
from typing import Any

from alongside.clinic.access.models import KeptFrom
from alongside.clinic.alliance.actions import note_talked_about, say_what_changes, tell_supervisor
from alongside.clinic.alliance.models import Repair
from alongside.clinic.consent.actions import draft_consent, give_consent, revoke_consent
from alongside.clinic.consent.form import ConsentForm, Recipient, SharingPurpose
from alongside.clinic.consent.models import Consent
from alongside.clinic.consent.segments import RecordSegment
from alongside.clinic.disclosures.actions import ask_for_restriction
from alongside.clinic.disclosures.erasure import ask_for_erasure
from alongside.clinic.disclosures.gateway import Left, Wish, release
from alongside.clinic.disclosures.package import Format
from alongside.clinic.engagement.actions import note_reached_out
from alongside.clinic.engagement.models import Way
from alongside.clinic.instruments.models import Release, Slot, WayIn
from alongside.clinic.people.models import Client, FormerRecord, Person
from alongside.clinic.progress.actions import open_weekly_checks
from alongside.clinic.supervision.actions import answer_concern, note_supervision
from alongside.clinic.transparency.models import Question
from tests.factories.clinic import SmallClinic, scored
from tests.factories.consents import LAKE, form

SAID, KEPT_BACK, NOTE, CHANGE, GOAL = (
    "I talked too little.",
    "This one stays with me.",
    "We talked of it at length.",
    "You begin from now on.",
    "Three days a week without.",
)
CARD = "A card for Alma, with the hours."
SECRET_NOTE, ANSWER = "Ruth notes something on Dana.", "Thank you for telling us."
ALL = frozenset(Format)


def lived_in(clinic: SmallClinic, client: Client | None = None) -> None:
    """Weeks of a client: good visits, a hard one with words, one kept back, two weekly checks."""
    client = client or clinic.alma
    client.own_goal = GOAL
    client.save()
    dana = clinic.as_actor(clinic.dana)
    for _ in range(6):
        clinic.feedback(clinic.visit(client, clinic.dana), 8)
    low = clinic.feedback(clinic.visit(client, clinic.dana), 2, O1=SAID)
    strain = Repair.objects.get(series__client=client)
    note_talked_about(repair=strain, note=NOTE, by=dana, now=clinic.now)
    say_what_changes(
        answer=low.answers.get(link_id="O1"), what_changes=CHANGE, by=dana, now=clinic.now
    )
    clinic.feedback(clinic.visit(client, clinic.dana), 3, release=Release.WITHHELD, O1=KEPT_BACK)
    for number in (5, 7):
        weekly_check(clinic, client, number)


def whole_life(clinic: SmallClinic) -> None:
    """Everything that can be kept of Alma, kept."""
    lived_in(clinic)
    clinic.put_right(clinic.paper(clinic.visit(), 3), 8)
    flag = {"F1": True, "F1-text": "A joke about my weight.", "F1-supervisor": True}
    clinic.feedback(clinic.visit(), flag)
    concern = Repair.objects.get(source="concern")
    alma, ruth = clinic.as_actor(_person(clinic)), clinic.as_actor(clinic.ruth)
    tell_supervisor(repair=concern, by=alma, now=clinic.now)
    note_supervision(repair=concern, note=SECRET_NOTE, by=ruth, now=clinic.now)
    answer_concern(repair=concern, answer=ANSWER, by=ruth, now=clinic.now)
    note_reached_out(
        client=clinic.alma,
        person=clinic.dana,
        way=Way.WROTE,
        note=CARD,
        by=clinic.as_actor(clinic.dana),
        now=clinic.now,
    )
    first = consented(clinic, RecordSegment.ATTENDANCE)
    released(clinic, wish_for(clinic, RecordSegment.ATTENDANCE))
    revoke_consent(consent=first, by=alma, now=clinic.now)
    consented(clinic, RecordSegment.OUTCOMES)
    ask_for_restriction(
        client=clinic.alma,
        segments=frozenset({RecordSegment.PLAN}),
        purposes=frozenset(),
        recipient="",
        reason="Mine.",
        is_paid_by_client=False,
        by=alma,
        now=clinic.now,
    )
    ask_for_erasure(client=clinic.alma, by=alma, now=clinic.now)
    FormerRecord.objects.create(
        client=clinic.alma, code="C-19", said={"phone": "+1 555 0119"}, merged_at=clinic.now
    )
    KeptFrom.objects.create(client=clinic.alma, person=clinic.omar, since=clinic.now)
    Question.objects.create(
        client=clinic.alma,
        words="Who looked at me?",
        asked_at=clinic.now,
        due_on=clinic.now.date(),
    )


def _person(clinic: SmallClinic) -> Person:
    assert clinic.alma.person is not None
    return clinic.alma.person


def weekly_check(clinic: SmallClinic, client: Client, number: int) -> None:
    """This week's check, answered with one number throughout; then a week goes by."""
    from datetime import timedelta

    from alongside.clinic.feedback.actions import record_feedback
    from alongside.clinic.instruments.actions import Given

    open_weekly_checks(now=clinic.now)
    check = Slot.objects.open_at(clinic.now).get(client=client, version__role="progress")
    record_feedback(
        slot=check,
        given=[Given(name, raw) for name, raw in scored(check, number).items()],
        way_in=WayIn.SIGNED_IN,
        language="en",
        by=clinic.as_actor(client.person),  # type: ignore[arg-type]
        now=clinic.now,
    )
    clinic.now += timedelta(days=7)


def consented(
    clinic: SmallClinic,
    *segments: RecordSegment,
    client: Client | None = None,
    language: str = "en",
    **changes: object,
) -> Consent:
    """A consent in force to Lake Hospital for treatment, over these segments."""
    client = client or clinic.alma
    wish: ConsentForm = replace(form(**changes), signature="", signed_on=None)
    if segments:
        wish = replace(wish, segments=frozenset(segments))
    by = clinic.as_actor(client.person)  # type: ignore[arg-type]
    draft = draft_consent(client=client, form=wish, language=language, by=by, now=clinic.now)
    return give_consent(draft=draft, signature=client.display_name, by=by, now=clinic.now)


def wish_for(
    clinic: SmallClinic,
    *segments: RecordSegment,
    recipient: Recipient = LAKE,
    purpose: SharingPurpose = SharingPurpose.TREATMENT,
    **more: Any,
) -> Wish:
    """Dana wants to give these segments of Alma's to Lake Hospital."""
    return Wish(
        client=more.pop("client", clinic.alma),
        recipient=recipient,
        purpose=purpose,
        segments=frozenset(segments),
        language=more.pop("language", "en"),
        formats=more.pop("formats", ALL),
        **more,
    )


def released(clinic: SmallClinic, wish: Wish, *ticked: str, key: str = "key-1") -> Left:
    """What leaves when Dana lets it."""
    return release(
        wish,
        ticked=ticked,
        request_key=key,
        by=clinic.as_actor(clinic.dana),
        now=clinic.now,
    )


def files_in(content: bytes) -> dict[str, bytes]:
    """The files of an archive."""
    with zipfile.ZipFile(io.BytesIO(content)) as zipped:
        assert zipped.testzip() is None
        return {name: zipped.read(name) for name in zipped.namelist()}


def told_in(content: bytes) -> Any:
    """The file for programs of an archive."""
    return json.loads(files_in(content)["record.json"])
