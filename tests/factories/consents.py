"""Consent forms: one that has everything, and Hypothesis strategies for any."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

from hypothesis import strategies as st

from alongside.clinic.consent.evaluate import Restriction, StandingConsent
from alongside.clinic.consent.form import (
    CARE,
    TREATING_CLASS,
    ConsentForm,
    Expiry,
    Recipient,
    RecipientKind,
    SharingPurpose,
    Statement,
    Until,
    needed_statements,
)
from alongside.clinic.consent.segments import APART, BUNDLED, RecordSegment

SIGNED_ON = date(2026, 3, 2)
NOW = datetime(2026, 4, 1, 12, tzinfo=UTC)
LAKE = Recipient(RecipientKind.COVERED_ENTITY, "Lake Hospital", "1 Shore Road")
PEER = Recipient(RecipientKind.OTHER, "Pat Reyes", "pat@example.org")
EXCHANGE = Recipient(
    RecipientKind.INTERMEDIARY, "State Exchange", participants="Lake Hospital; its doctors"
)
TREATING = Recipient(
    RecipientKind.COVERED_ENTITY,
    "My treating providers, health plans and those who help them",
    is_class=True,
)


def form(**changes: object) -> ConsentForm:
    """A form with all nine elements: visits and weekly checks to a hospital that treats."""
    whole = ConsentForm(
        client_name="Alma",
        discloser="River House",
        segments=frozenset({RecordSegment.ATTENDANCE, RecordSegment.OUTCOMES}),
        recipient=LAKE,
        purposes=frozenset({SharingPurpose.TREATMENT}),
        expiry=Expiry(Until.DATE, date(2026, 12, 31)),
        signature="Alma",
        signed_on=SIGNED_ON,
    )
    changed = replace(whole, **changes)  # type: ignore[arg-type]  # fields of the form
    if "statements" in changes:
        return changed
    return replace(changed, statements=needed_statements(changed.segments, changed.purposes))


def consent(of: ConsentForm | None = None, **changes: object) -> StandingConsent:
    """A consent in force: signed, not ended, not revoked."""
    whole = StandingConsent(
        of or form(),
        signed_at=datetime.combine(SIGNED_ON, time(9), tzinfo=UTC),
        ends_at=datetime(2027, 1, 1, tzinfo=UTC),
    )
    return replace(whole, **changes)  # type: ignore[arg-type]  # fields of the consent


WORDS = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), min_size=1).filter(
    lambda text: bool(text.strip())
)
NAMED_KINDS = st.sampled_from(sorted(set(RecipientKind) - {RecipientKind.INTERMEDIARY}))
ONE_PURPOSE = st.sampled_from(sorted(set(SharingPurpose) - CARE - {SharingPurpose.ALL_CARE})).map(
    lambda purpose: frozenset({purpose})
)
CARE_PURPOSES = st.frozensets(st.sampled_from(sorted(CARE)), min_size=1)
DAYS = st.dates(SIGNED_ON, SIGNED_ON + timedelta(days=4000))
CONTENTS = st.one_of(
    st.frozensets(st.sampled_from(sorted(BUNDLED)), min_size=1),
    st.sampled_from(sorted(APART)).map(lambda segment: frozenset({segment})),
)


@st.composite
def recipients(draw: st.DrawFn) -> Recipient:
    """Somebody by name; an intermediary with those whom it passes the record on to."""
    if draw(st.booleans()):
        return Recipient(draw(NAMED_KINDS), draw(WORDS), draw(st.text()))
    return Recipient(RecipientKind.INTERMEDIARY, draw(WORDS), participants=draw(WORDS))


@st.composite
def valid_forms(draw: st.DrawFn) -> ConsentForm:
    """Any form that the rule lets stand."""
    is_all_care = draw(st.booleans())
    open_ended = st.sampled_from([Expiry(Until.END_OF_TREATMENT), Expiry(Until.NONE)])
    dated = DAYS.map(lambda day: Expiry(Until.DATE, day))
    if is_all_care:
        purposes, segments = (
            frozenset({SharingPurpose.ALL_CARE}),
            draw(st.frozensets(st.sampled_from(sorted(BUNDLED)), min_size=1)),
        )
        one_class = st.builds(
            Recipient, st.sampled_from(sorted(TREATING_CLASS)), WORDS, is_class=st.just(True)
        )
        recipient = draw(st.one_of(recipients(), one_class))
    else:
        is_for_care = draw(st.booleans())
        purposes = draw(CARE_PURPOSES if is_for_care else ONE_PURPOSE)
        segments, recipient = draw(CONTENTS), draw(recipients())
    is_for_care = purposes <= CARE | {SharingPurpose.ALL_CARE}
    extra = draw(st.frozensets(st.sampled_from(sorted(Statement))))
    return ConsentForm(
        client_name=draw(WORDS),
        discloser=draw(WORDS),
        segments=segments,
        recipient=recipient,
        purposes=purposes,
        statements=needed_statements(segments, purposes) | extra,
        expiry=draw(st.one_of(dated, open_ended) if is_for_care else dated),
        signature=draw(WORDS),
        signed_on=SIGNED_ON,
    )


# Few names and few moments, so that forms and requests often meet.
NAMED = st.sampled_from([LAKE, LAKE, PEER, EXCHANGE])
FEW = st.one_of(NAMED, st.sampled_from([TREATING, Recipient(RecipientKind.OTHER, " ")]))
SEGMENTS = st.one_of(
    st.sampled_from([BUNDLED, *(frozenset({each}) for each in sorted(APART))]),
    st.frozensets(st.sampled_from(sorted(BUNDLED)), min_size=1),
    st.frozensets(st.sampled_from(sorted(RecordSegment))),
)
WHOLE = st.sampled_from(
    [BUNDLED, BUNDLED, frozenset({RecordSegment.ATTENDANCE, RecordSegment.OUTCOMES})]
    + [frozenset({each}) for each in sorted(APART)]
)
PURPOSES = st.one_of(
    st.sampled_from(sorted(SharingPurpose)).map(lambda purpose: frozenset({purpose})),
    st.frozensets(st.sampled_from(sorted(SharingPurpose)), max_size=2),
)
MOMENTS = st.integers(-200, 200).map(lambda days: NOW + timedelta(days=days))
SELDOM = st.sampled_from([None, None, None, *(NOW + timedelta(days=n) for n in (-9, 0, 9))])
EXPIRIES = st.sampled_from(
    [
        *(Expiry(Until.DATE, day) for day in (None, SIGNED_ON, date(2026, 12, 31))),
        *(Expiry(Until.DATE, date(2020, 1, 1)), Expiry(Until.END_OF_TREATMENT), Expiry(Until.NONE)),
        None,
    ]
)


@st.composite
def any_forms(draw: st.DrawFn) -> ConsentForm:
    """Forms whole and broken: a whole one with none, one or more of its fields drawn anew."""
    purposes = draw(
        st.sampled_from(
            [*[CARE, frozenset({SharingPurpose.ALL_CARE})] * 2]
            + [frozenset({purpose}) for purpose in sorted(SharingPurpose)]
        )
    )
    whole = form(segments=draw(WHOLE), recipient=draw(NAMED), purposes=purposes)
    anew: dict[str, st.SearchStrategy[object]] = {
        "client_name": st.sampled_from(["Alma", ""]),
        "discloser": st.sampled_from(["River House", " "]),
        "segments": SEGMENTS,
        "recipient": st.one_of(st.none(), FEW),
        "purposes": PURPOSES,
        "statements": st.frozensets(st.sampled_from(sorted(Statement))),
        "expiry": EXPIRIES,
        "signature": st.sampled_from(["Alma", ""]),
        "signed_on": st.sampled_from([None, SIGNED_ON]),
    }
    n_changed = draw(st.sampled_from([0, 0, 0, 1, 2]))
    changed = draw(st.lists(st.sampled_from(sorted(anew)), min_size=n_changed, max_size=n_changed))
    return replace(whole, **{name: draw(anew[name]) for name in changed})  # type: ignore[arg-type]


def consents() -> st.SearchStrategy[StandingConsent]:
    """Consents in every state, most of them in force."""
    return st.builds(
        StandingConsent,
        any_forms(),
        signed_at=st.sampled_from(
            [*[NOW - timedelta(days=200)] * 5, None, NOW + timedelta(days=9)]
        ),
        ends_at=SELDOM,
        revoked_at=SELDOM,
        is_set_aside=st.sampled_from([False, False, False, True]),
    )


def restrictions() -> st.SearchStrategy[Restriction]:
    """Restrictions of every width."""
    some = [frozenset[RecordSegment](), frozenset({RecordSegment.OUTCOMES}), BUNDLED]
    for_some = [frozenset[SharingPurpose](), frozenset({SharingPurpose.PAYMENT})]
    return st.builds(
        Restriction,
        st.one_of(st.sampled_from(some), SEGMENTS),
        st.one_of(st.sampled_from(for_some), PURPOSES),
        st.sampled_from(["", "Lake  hospital", "Pat Reyes"]),
    )
