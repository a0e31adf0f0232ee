"""Who may: one table, read top to bottom, and one function that reads it. Default: no.

A deed is allowed when some relation of the actor to the record has a rule for the record's
segment, and none of their relations has a rule that denies it. Relations are facts about people,
worked out by `relations`; rules are data, below.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum


class Relation(StrEnum):
    """What the one who acts is to the record."""

    SELF = "self"
    BEARER = "bearer"  # holds the link, code or device for this one slot
    AT_KIOSK = "at_kiosk"  # let in at the clinic's own device by a code from staff
    IN_CARE_OF = "in_care_of"  # a therapist with this client in care today
    ABOUT = "about"  # … and the record is about this very therapist
    AUTHOR = "author"  # wrote it themselves
    SUPERVISING = "supervising"  # supervises the therapist whom the record is about
    COVERING = "covering"  # stands in for a therapist of this client, for a while
    IN_EMERGENCY = "in_emergency"  # opened this one record in an emergency, not an hour ago
    KEPT_OUT = "kept_out"  # the client keeps the record from this very person
    CLINICIAN = "clinician"  # any therapist or supervisor
    SUPERVISOR = "supervisor"
    PRIVACY_OFFICER = "privacy_officer"
    REVIEWED = "reviewed"  # the record judges what this very person did
    ADMINISTRATOR = "administrator"
    SYSTEM = "system"
    OPERATOR = "operator"


class Segment(StrEnum):
    """The kind of thing a record is."""

    IDENTITY = "identity"  # name, number, contact
    ATTENDANCE = "attendance"  # visits
    ANSWERS = "answers"  # what was answered in one slot
    ALLIANCE = "alliance"  # ratings, scores and signals of one client and one therapist
    STRAIN = "strain"  # that a strain exists and where its repair stands, no ratings
    CONCERN = "concern"  # a respect flag
    SIGNALS = "signals"  # what a therapist did about a signal
    CHANGES = "changes"  # "you said, we changed"
    SEALED_NOTES = "sealed_notes"  # notes that only their author can open
    SUPERVISION = "supervision"  # what a supervisor did about a strain or a concern
    PROGRESS = "progress"
    CARE = "care"  # who is in whose care
    SIGN_IN = "sign_in"  # how one person comes in: invitation, keys, devices, sign-ins
    ACCESS_LOG = "access_log"  # who looked at one client's record
    QUESTIONS = "questions"  # what a client asked about a look, and the answer
    EMERGENCY = "emergency"  # opening a record in an emergency
    REVIEW = "review"  # what the privacy officer found about an emergency or an odd look
    STAFF = "staff"
    INSTRUMENTS = "instruments"
    TOTALS = "totals"  # numbers over many clients
    PROMPTS = "prompts"  # how many prompts by chance therapists get
    OWN_PART = "own_part"  # what a therapist's own part is in how their clients fare
    CONSENT = "consent"  # what a client lets the clinic give to others
    DISCLOSURES = "disclosures"  # what left the house, to whom and why
    RESTRICTIONS = "restrictions"  # what a client asked not to be shared
    DEMANDS = "demands"  # subpoenas and court orders
    ERASURE = "erasure"  # forgetting a client for good


class Deed(StrEnum):
    SEE = "see"
    ANSWER = "answer"
    RECORD = "record"


@dataclass(frozen=True)
class Record:
    """What the policy has to know of a record in order to decide about it."""

    segment: Segment
    client_id: int | None = None
    therapist_id: int | None = None
    slot_id: int | None = None
    person_id: int | None = None
    author_id: int | None = None
    is_released: bool = False  # the client let the therapist see it, and the day has come
    is_told_to_supervisor: bool = False  # the client asked that a supervisor knows
    is_opened_to_supervision: bool = False  # the client or the therapist opened it
    is_without_therapist: bool = False  # the therapist of this care works here no more
    n_clients: int | None = None  # how many people a total is made of


Condition = Callable[[Record], bool]

SMALLEST_TOTAL = 10


def always(_: Record) -> bool:
    return True


def released(record: Record) -> bool:
    return record.is_released


def told_to_supervisor(record: Record) -> bool:
    return record.is_told_to_supervisor


def opened_to_supervision(record: Record) -> bool:
    return record.is_opened_to_supervision


def without_therapist(record: Record) -> bool:
    return record.is_without_therapist


def large_enough(record: Record) -> bool:
    return record.n_clients is not None and record.n_clients >= SMALLEST_TOTAL


@dataclass(frozen=True)
class Rule:
    relation: Relation
    segment: Segment
    deeds: frozenset[Deed]
    condition: Condition = always
    is_denial: bool = False


def _rule(relation: Relation, segment: Segment, *deeds: Deed, only_if: Condition = always) -> Rule:
    return Rule(relation, segment, frozenset(deeds), only_if)


def _never(relation: Relation, segment: Segment, *deeds: Deed) -> Rule:
    return Rule(relation, segment, frozenset(deeds), is_denial=True)


SEE, ANSWER, RECORD = Deed.SEE, Deed.ANSWER, Deed.RECORD

RULES: tuple[Rule, ...] = (
    # Whom a client keeps out sees nothing of them, whatever else they are; nor do they record.
    *(_never(Relation.KEPT_OUT, segment, SEE, ANSWER, RECORD) for segment in Segment),
    # Who works here and is a client here as well does not read what is written behind the scenes
    # of their own care, and nobody judges what they did themselves.
    _never(Relation.SELF, Segment.SUPERVISION, SEE, RECORD),
    _never(Relation.SELF, Segment.REVIEW, SEE, RECORD),
    _never(Relation.REVIEWED, Segment.REVIEW, SEE, RECORD),
    _never(Relation.SELF, Segment.ERASURE, RECORD),
    # The client: everything that is theirs.
    _rule(Relation.SELF, Segment.IDENTITY, SEE),
    _rule(Relation.SELF, Segment.ATTENDANCE, SEE),
    _rule(Relation.SELF, Segment.ANSWERS, SEE, ANSWER),
    _rule(Relation.SELF, Segment.ALLIANCE, SEE, RECORD),
    _rule(Relation.SELF, Segment.STRAIN, SEE, RECORD),
    _rule(Relation.SELF, Segment.CONCERN, SEE, RECORD),
    _rule(Relation.SELF, Segment.CHANGES, SEE),
    _rule(Relation.SELF, Segment.PROGRESS, SEE),
    _rule(Relation.SELF, Segment.CONSENT, SEE, RECORD),
    _rule(Relation.SELF, Segment.DISCLOSURES, SEE),
    _rule(Relation.SELF, Segment.RESTRICTIONS, SEE, RECORD),
    # Everybody: their own way in.
    _rule(Relation.SELF, Segment.SIGN_IN, SEE, RECORD),
    _rule(Relation.SELF, Segment.ACCESS_LOG, SEE),
    _rule(Relation.SELF, Segment.QUESTIONS, SEE, RECORD),
    # A link, a code or a lent device: answers can be put in, nothing can be read.
    _rule(Relation.BEARER, Segment.ANSWERS, ANSWER),
    # At the kiosk, besides: what was changed because of what they said.
    _rule(Relation.AT_KIOSK, Segment.CHANGES, SEE),
    # Any therapist with the client in care.
    _rule(Relation.IN_CARE_OF, Segment.IDENTITY, SEE),
    _rule(Relation.IN_CARE_OF, Segment.ATTENDANCE, SEE),
    _rule(Relation.IN_CARE_OF, Segment.PROGRESS, SEE),
    _rule(Relation.IN_CARE_OF, Segment.CONSENT, SEE, RECORD),  # taken back on paper; never given
    _rule(Relation.IN_CARE_OF, Segment.DISCLOSURES, SEE, RECORD),
    _rule(Relation.IN_CARE_OF, Segment.RESTRICTIONS, SEE),
    _rule(Relation.IN_CARE_OF, Segment.DEMANDS, SEE),
    _rule(Relation.IN_CARE_OF, Segment.SIGN_IN, RECORD),  # invite, never sign in as them
    # Their own part in how their clients fare: nobody but the therapist, whoever leads the clinic.
    _rule(Relation.SELF, Segment.OWN_PART, SEE),
    # The therapist whom it is about, with the client in care: only what was released.
    _rule(Relation.ABOUT, Segment.ATTENDANCE, RECORD),
    _rule(Relation.ABOUT, Segment.ANSWERS, SEE, only_if=released),
    _rule(Relation.ABOUT, Segment.ANSWERS, RECORD),  # paper entry, own rating, kiosk code
    _rule(Relation.ABOUT, Segment.ALLIANCE, SEE, RECORD),
    _rule(Relation.ABOUT, Segment.STRAIN, SEE, RECORD),
    _rule(Relation.ABOUT, Segment.CONCERN, SEE, RECORD, only_if=released),
    _rule(Relation.ABOUT, Segment.SIGNALS, SEE, RECORD),
    _rule(Relation.ABOUT, Segment.CHANGES, SEE, RECORD),
    # A sealed note is its author's alone, also after the care has ended; new ones belong to care.
    _rule(Relation.AUTHOR, Segment.SEALED_NOTES, SEE),
    _rule(Relation.ABOUT, Segment.SEALED_NOTES, RECORD),
    # Who stands in for a while: who it is, when they come, how they are. To read.
    _rule(Relation.COVERING, Segment.IDENTITY, SEE),
    _rule(Relation.COVERING, Segment.ATTENDANCE, SEE),
    _rule(Relation.COVERING, Segment.PROGRESS, SEE),
    # Whose client it is gives them into other hands; if they have left, their supervisor does.
    _rule(Relation.ABOUT, Segment.CARE, SEE, RECORD),
    _rule(Relation.SUPERVISING, Segment.CARE, SEE, RECORD, only_if=without_therapist),
    # In an emergency: who it is, when they come, how they are. To read, and nothing else.
    _rule(Relation.CLINICIAN, Segment.EMERGENCY, RECORD),
    _rule(Relation.IN_EMERGENCY, Segment.IDENTITY, SEE),
    _rule(Relation.IN_EMERGENCY, Segment.ATTENDANCE, SEE),
    _rule(Relation.IN_EMERGENCY, Segment.PROGRESS, SEE),
    # A supervisor: that it is so, and more only where someone opened it.
    _rule(Relation.SUPERVISING, Segment.STRAIN, SEE),
    _rule(Relation.SUPERVISING, Segment.ALLIANCE, SEE, only_if=opened_to_supervision),
    _rule(Relation.SUPERVISING, Segment.CONCERN, SEE, RECORD, only_if=told_to_supervisor),
    _rule(Relation.SUPERVISING, Segment.SUPERVISION, SEE, RECORD),
    _rule(Relation.SUPERVISOR, Segment.TOTALS, SEE, only_if=large_enough),
    _rule(Relation.SUPERVISOR, Segment.PROMPTS, SEE, RECORD),
    # An administrator: staff and instruments, and nothing of any client.
    _rule(Relation.ADMINISTRATOR, Segment.STAFF, SEE, RECORD),
    _rule(Relation.ADMINISTRATOR, Segment.INSTRUMENTS, SEE, RECORD),
    # A privacy officer: that something left and what was asked, never what it said.
    _rule(Relation.PRIVACY_OFFICER, Segment.DISCLOSURES, SEE),
    _rule(Relation.PRIVACY_OFFICER, Segment.RESTRICTIONS, SEE, RECORD),
    _rule(Relation.PRIVACY_OFFICER, Segment.DEMANDS, SEE, RECORD),
    _rule(Relation.PRIVACY_OFFICER, Segment.ERASURE, SEE, RECORD),
    # The privacy officer: who looked and why, and nothing clinical.
    _rule(Relation.PRIVACY_OFFICER, Segment.ACCESS_LOG, SEE),
    _rule(Relation.PRIVACY_OFFICER, Segment.QUESTIONS, SEE, RECORD),
    _rule(Relation.PRIVACY_OFFICER, Segment.REVIEW, SEE, RECORD),
    # The clock moves states on; the command line imports. Neither is a person who reads.
    *(
        _rule(relation, segment, ANSWER, RECORD)
        for relation in (Relation.SYSTEM, Relation.OPERATOR)
        for segment in Segment
    ),
)


@dataclass(frozen=True)
class Decision:
    """Whether it is allowed, and by which relation or why not."""

    is_allowed: bool
    reason: str


def decide(relations: Iterable[Relation], deed: Deed, record: Record) -> Decision:
    """Whether someone with these relations to the record may do the deed. A denial wins."""
    held = frozenset(relations)
    about_this = [
        rule
        for rule in RULES
        if rule.relation in held
        and rule.segment is record.segment
        and deed in rule.deeds
        and rule.condition(record)
    ]
    denial = next((rule for rule in about_this if rule.is_denial), None)
    if denial is not None:
        return Decision(False, f"{denial.relation} is never to {deed} {record.segment}")
    if about_this:
        return Decision(True, about_this[0].relation)
    return Decision(False, f"no rule lets {sorted(held)} {deed} {record.segment}")


def who_may(deed: Deed, record: Record) -> frozenset[Relation]:
    """Every relation that may do this deed to such a record: the source of "who will see this"."""
    return frozenset(
        relation for relation in Relation if decide((relation,), deed, record).is_allowed
    )
