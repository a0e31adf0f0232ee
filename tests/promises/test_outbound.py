"""The promise (A8): whatever leaves about a client carries its notice, its consent and its rows.

Every place by which something can leave is found by machine and stands below with what leaves by
it. What is about a client leaves by the gateway alone, and each kind of package that the gateway
makes is opened here and looked at. A way out that is not in the table fails.
"""

from __future__ import annotations

import json
from dataclasses import replace
from enum import StrEnum
from itertools import product
from pathlib import Path

import pytest
import time_machine
from django.core import mail
from django.test import override_settings

from alongside.clinic.access.viewer import Viewer
from alongside.clinic.audit.actor import OPERATOR
from alongside.clinic.audit.models import AuditEvent
from alongside.clinic.consent.legal_texts import legal_text
from alongside.clinic.consent.models import Consent
from alongside.clinic.consent.segments import RecordSegment
from alongside.clinic.disclosures.actions import confirm_demand, note_counsel, record_demand
from alongside.clinic.disclosures.basis import Basis, DemandKind, MedicalEmergency
from alongside.clinic.disclosures.gateway import Left, Wish
from alongside.clinic.disclosures.models import Disclosure
from alongside.clinic.disclosures.own_copy import OwnFormat, make_own_copy
from alongside.clinic.disclosures.package import NOTICE, Format
from alongside.clinic.feedback.clock import turn
from alongside.clinic.outbox.senders import MailSender
from alongside.clinic.people.actions import set_roles
from alongside.clinic.people.models import Clinic, Role
from alongside.interfaces.cli.client_report import make_client_report
from alongside.interfaces.shared.packages import package_response
from tests.factories.clinic import SmallClinic, small_clinic
from tests.factories.consents import PEER
from tests.factories.sharing import consented, files_in, lived_in, released, told_in, wish_for
from tests.pdf_text import spoken
from tests.promises import figures
from tests.promises.ways_out import SOURCE, WayOut, calls_of, ways_out

pytestmark = pytest.mark.django_db


class Leaves(StrEnum):
    """What leaves by a way out."""

    PACKAGE = "a package that the gateway made, about a client"
    LETTER = "a neutral letter with a link and nothing of anybody's"
    STAFF_PAPER = "a paper for staff who may read it anyway; that it was made is on record"
    OPERATORS_OWN = "the operator's own file, back to them"
    TYPISTS_OWN = "what somebody typed and did not send, back to them once they unlocked the page"
    HOUSE = "nothing about any client: keys, locks, styles, processes, what went wrong"


TABLE: dict[tuple[str, str], Leaves] = {
    ("clinic.disclosures.package", "archive"): Leaves.PACKAGE,
    ("interfaces.shared.packages", "package_response"): Leaves.PACKAGE,
    ("interfaces.cli.export", "write_new"): Leaves.PACKAGE,
    ("clinic.outbox.senders", "FolderSender.send"): Leaves.LETTER,
    ("clinic.outbox.senders", "MailSender.send"): Leaves.LETTER,
    ("interfaces.cli.report", "client"): Leaves.STAFF_PAPER,
    ("interfaces.cli.house", "House.tell"): Leaves.STAFF_PAPER,
    ("interfaces.cli.refused_rows", "write_refused"): Leaves.OPERATORS_OWN,
    ("interfaces.cli.whole_files", "write_whole"): Leaves.OPERATORS_OWN,
    ("interfaces.cli.score", "command"): Leaves.OPERATORS_OWN,
    ("interfaces.cli.hazard", "command"): Leaves.OPERATORS_OWN,
    ("interfaces.cli.signals", "command"): Leaves.OPERATORS_OWN,
    ("interfaces.cli.demo", "_clinic_with_sign_ins"): Leaves.HOUSE,
    ("clinic.vault.kek", "make_key"): Leaves.HOUSE,
    ("clinic.audit.signing", "make_key"): Leaves.HOUSE,
    ("clinic.audit.witnesses", "_append"): Leaves.HOUSE,
    ("interfaces.cli.verify_audit", "main"): Leaves.HOUSE,
    ("interfaces.cli.verifying", "_own_checkpoints"): Leaves.HOUSE,
    ("interfaces.therapist.sealed_notes", "save_note"): Leaves.HOUSE,
    ("interfaces.cli.clinic_folder", "_keep_secret"): Leaves.HOUSE,
    ("interfaces.cli.main", "_tell_refusal"): Leaves.HOUSE,
    ("interfaces.cli.processes", ""): Leaves.HOUSE,
    ("interfaces.cli.processes", "Kept.start"): Leaves.HOUSE,
    ("interfaces.cli.serve", ""): Leaves.HOUSE,
    ("interfaces.cli.serve", "lock_folder"): Leaves.HOUSE,
    ("interfaces.cli.serve", "run"): Leaves.HOUSE,
    ("interfaces.cli.worker", ""): Leaves.HOUSE,
    ("interfaces.client.views.answering", "_save"): Leaves.HOUSE,
    ("interfaces.client.views.answering", "with_token.opened"): Leaves.HOUSE,
    ("interfaces.shared.doors", "sent_to"): Leaves.HOUSE,
    ("interfaces.shared.entrance.leaving", "lock"): Leaves.HOUSE,
    ("interfaces.shared.entrance.passkeys", "_remembered"): Leaves.HOUSE,
    ("interfaces.shared.entrance.second_key", "_whose"): Leaves.HOUSE,
    ("interfaces.shared.entrance.sign_in", "turned_away"): Leaves.HOUSE,
    ("interfaces.shared.entrance.unlocking", "give_back"): Leaves.TYPISTS_OWN,
    ("interfaces.shared.errors", "crowded"): Leaves.HOUSE,
    ("interfaces.shared.errors", "long_header"): Leaves.HOUSE,
    ("interfaces.shared.errors", "no_clinic"): Leaves.HOUSE,
    ("interfaces.shared.errors", "server_error"): Leaves.HOUSE,
    ("interfaces.shared.policy_reports", "policy_report"): Leaves.HOUSE,
    ("interfaces.shared.views", "manifest"): Leaves.HOUSE,
    ("interfaces.shared.views", "stylesheet"): Leaves.HOUSE,
}

MAKERS = frozenset({"make_package", "archive", "single"})
GATEWAY = {"clinic.disclosures.gateway", "clinic.disclosures.own_copy"}


def unclassified(source: Path = SOURCE) -> set[WayOut]:
    """The ways out that nobody put into the table."""
    return {way for way in ways_out(source) if (way.module, way.function) not in TABLE}


# --- Every way is known


@pytest.mark.promise
def test_every_way_out_stands_in_the_table() -> None:
    assert unclassified() == set()
    gone = set(TABLE) - {(way.module, way.function) for way in ways_out()}
    assert gone == set(), "a way that is no longer there"
    figures.record(
        "A8",
        part="ways out",
        found=len(TABLE),
        of=len(TABLE),
        what="places by which something can leave stand in the table",
        note=f"{list(TABLE.values()).count(Leaves.PACKAGE)} of them are about a client and leave "
        "by the gateway alone",
    )


@pytest.mark.parametrize(
    "code",
    [
        "from django.http import FileResponse\ndef view(r):\n    return FileResponse(r)\n",
        "def view(r):\n    response['Content-Disposition'] = 'attachment'\n",
        "def view(r):\n    return HttpResponse(b'', content_type='text/csv')\n",
        "def tell(c):\n    m = EmailMessage('a', 'b')\n    m.attach_file('x.pdf')\n",
        "from django.core.files.storage import default_storage as s\ndef f():\n    send_mail()\n",
        "from pathlib import Path\ndef f():\n    Path('x').write_text('y')\n",
        "def f():\n    open('x', 'w').write('y')\n",
        "import os\ndef f():\n    os.open('x', os.O_CREAT)\n",
        "import zipfile\ndef f():\n    zipfile.ZipFile('x', 'w')\n",
        "import requests\n",
        "from urllib.request import urlopen\n",
        "import subprocess\ndef f():\n    subprocess.Popen('lpr')\n",
        "def f():\n    click.echo('x')\n",
    ],
)
def test_control_a_new_way_out_is_found(tmp_path: Path, code: str) -> None:
    room = tmp_path / "interfaces" / "therapist"
    room.mkdir(parents=True)
    (room / "leak.py").write_text("def harmless():\n    return open('page.html').read()\n")
    assert unclassified(tmp_path) == set()
    (room / "leak.py").write_text(code)
    assert {way.module for way in unclassified(tmp_path)} == {"interfaces.therapist.leak"}


def test_packages_are_made_by_the_gateway_alone() -> None:
    makers = {module for module, _ in calls_of(MAKERS)} - {"clinic.disclosures.package"}
    assert makers == GATEWAY
    built = {module for module, _ in calls_of(frozenset({"Package"}))}
    assert built == {"clinic.disclosures.package"}
    sent = {module for module, _ in calls_of(frozenset({"package_response"}))}
    assert all(module.startswith("interfaces.") for module in sent)


# --- Whatever the gateway makes carries what it must


@pytest.fixture
def clinic() -> SmallClinic:
    clinic = small_clinic()
    lived_in(clinic)
    for person, role in ((clinic.ines, Role.ADMINISTRATOR), (clinic.ruth, Role.SUPERVISOR)):
        set_roles(person=person, roles=[role, Role.PRIVACY_OFFICER], by=OPERATOR, now=clinic.now)
    return clinic


def wish_on(clinic: SmallClinic, basis: Basis, wanted: Format) -> Wish:
    """A wish that rests on this, in this format."""
    segments, formats = (RecordSegment.ATTENDANCE, RecordSegment.OUTCOMES), frozenset({wanted})
    if basis is Basis.CONSENT:
        consented(clinic, *segments)
        return wish_for(clinic, *segments, formats=formats)
    if basis is Basis.EMERGENCY:
        emergency = MedicalEmergency(
            "Dr. Lee, Lake Hospital", "Dana", clinic.now, "Not breathing well."
        )
        return wish_for(clinic, *segments, formats=formats, emergency=emergency)
    ruth, ines = clinic.as_actor(clinic.ruth), clinic.as_actor(clinic.ines)
    demand = record_demand(
        client=clinic.alma,
        kind=DemandKind.ORDER_CIVIL,
        who="County court",
        says="Visits.",
        segments=frozenset(segments),
        is_sealed=False,
        received_on=clinic.now.date(),
        by=ines,
        now=clinic.now,
    )
    note_counsel(demand=demand, says="It is an order.", by=ines, now=clinic.now)
    demand = confirm_demand(demand=demand, by=ruth, now=clinic.now)
    return wish_for(clinic, *segments, formats=formats, recipient=PEER, demand=demand)


SCOPES = {
    "en": ("consent covers this", "under 42 CFR 2.51", "a court ordered it"),
    "es": ("permiso incluye esto", "según 42 CFR 2.51", "un tribunal lo ordenó"),
}


def lacking(left: Left) -> list[str]:
    """What a package and its rows do not have and must."""
    row, files = left.disclosure, files_in(left.package.content)
    notice = legal_text("notice-long").words.in_language(row.language)
    rule = legal_text(row.redisclosure).words.in_language(row.language)
    said = {"record.pdf": spoken(files["record.pdf"]), NOTICE: files[NOTICE].decode()}
    if "record.json" in files:
        said["record.json"] = json.dumps(told_in(left.package.content), ensure_ascii=False)
    found = [f"no notice in {name}" for name, text in said.items() if notice not in text]
    found += [f"no rule for the recipient in {name}" for name, t in said.items() if rule not in t]
    found += [
        f"no scope in {name}"
        for name, text in said.items()
        if not any(scope in text for scope in SCOPES[row.language])
    ]
    if row.basis == Basis.CONSENT:
        kept = {each.document for each in Consent.objects.filter(public_id__in=row.consents)}
        copies = {data for name, data in files.items() if name.startswith("consent-")}
        found += [] if kept and kept == copies else ["no copy of the consent"]
    kept_row = Disclosure.objects.filter(pk=row.pk).first()
    if kept_row is None or kept_row.manifest_sha256 != left.package.manifest_sha256:
        found.append("no row in the accounting")
    elif not (kept_row.parties["recipient"] and kept_row.purpose and kept_row.segments):
        found.append("an accounting that does not say to whom, what or why")
    if not AuditEvent.objects.filter(deed="disclose", subject_id=row.pk).exists():
        found.append("no row in the audit")
    return found


KINDS = list(product((Basis.CONSENT, Basis.EMERGENCY, Basis.COURT_ORDER), Format))


@pytest.mark.promise
@pytest.mark.parametrize("language", ["en", "es"])
def test_every_kind_of_package_carries_all_of_it(clinic: SmallClinic, language: str) -> None:
    for number, (basis, wanted) in enumerate(KINDS):
        wish = replace(wish_on(clinic, basis, wanted), language=language)
        left = released(clinic, wish, key=f"key-{number}")
        assert lacking(left) == [], (basis, wanted)
        response = package_response(left.package)
        assert response.content == left.package.content
        assert response["Content-Disposition"].startswith("attachment; ")
    figures.record(
        "A8",
        part=f"packages, {language}",
        found=len(KINDS),
        of=len(KINDS),
        what="kinds of package with notice, consent or reason, accounting and audit",
    )


def test_control_a_package_without_its_notice_or_its_rows_is_found(
    clinic: SmallClinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    from alongside.clinic.disclosures import gateway

    wish = wish_on(clinic, Basis.CONSENT, Format.JSON)
    monkeypatch.setattr(gateway, "LONG_NOTICE", "notice-short")
    assert "no notice in record.pdf" in lacking(released(clinic, wish))
    monkeypatch.undo()
    monkeypatch.setattr(gateway, "audit", lambda *_, **__: None)
    assert lacking(released(clinic, wish, key="key-2")) == ["no row in the audit"]
    monkeypatch.undo()
    left = released(clinic, wish, key="key-3")
    Disclosure.objects.filter(pk=left.disclosure.pk).delete()
    assert "no row in the accounting" in lacking(left)


@pytest.mark.parametrize("wanted", OwnFormat)
def test_a_clients_own_copy_leaves_its_rows(clinic: SmallClinic, wanted: OwnFormat) -> None:
    left = make_own_copy(
        client=clinic.alma,
        wanted=wanted,
        language="en",
        request_key="key",
        by=clinic.as_actor(clinic.alma.person),  # type: ignore[arg-type]
        now=clinic.now,
    )
    row = Disclosure.objects.get()
    assert (row.basis, row.manifest_sha256) == ("own_copy", left.package.manifest_sha256)
    assert AuditEvent.objects.filter(deed="copy_own_record", subject_id=row.pk).count() == 1


# --- What leaves otherwise


def test_a_letter_holds_nothing_of_anybody(clinic: SmallClinic) -> None:
    clinic.alma.email = "alma@example.org"
    clinic.alma.save()
    clinic.visit()
    with (
        time_machine.travel(clinic.now, tick=False),
        override_settings(EMAIL_BACKEND="django.core.mail.backends.locmem.EmailBackend"),
    ):
        turn(sender=MailSender(), worker="test", now=clinic.now)
    for letter in mail.outbox:
        assert not letter.attachments
        for word in ("Alma", "Dana", "River House", "C-1", "visit", "treatment"):
            assert word not in f"{letter.subject} {letter.body}"


def test_a_paper_for_staff_is_on_record(clinic: SmallClinic) -> None:
    make_client_report(Viewer(clinic.dana, clinic.now), "C-1", Clinic.objects.get())
    event = AuditEvent.objects.get(deed="report_client")
    assert (event.client_id, event.actor_person_id) == (clinic.alma.pk, clinic.dana.pk)
