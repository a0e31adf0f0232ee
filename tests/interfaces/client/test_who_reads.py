"""The promise on the page is the rule in the table: change the rule, and the page changes."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client as Browser

from alongside.clinic.access import policy
from alongside.clinic.access.policy import Deed, Relation, Rule, Segment, always, released
from alongside.clinic.alliance.actions import open_to_supervision
from alongside.clinic.alliance.models import AllianceSeries
from alongside.clinic.alliance.noticing import VISITS_BEFORE_SUPERVISION
from alongside.clinic.audit.actor import OPERATOR
from alongside.clinic.feedback.who_reads import Reach, by_supervisor, reach, who_reads
from alongside.clinic.instruments.models import Slot
from alongside.clinic.people.actions import end_care
from alongside.clinic.people.models import Care, Person
from alongside.clinic.progress.actions import open_weekly_checks
from alongside.interfaces.client.pages.who_reads import line_of, who_sees_page
from tests.factories.clinic import SmallClinic
from tests.interfaces.client.test_answering import address, slot_of, text

SignedIn = Callable[[Person | None], Browser]


def with_rule(monkeypatch: pytest.MonkeyPatch, rule: Rule) -> None:
    monkeypatch.setattr(policy, "RULES", (*policy.RULES, rule))


def without(monkeypatch: pytest.MonkeyPatch, relation: Relation, segment: Segment) -> None:
    kept = tuple(
        rule
        for rule in policy.RULES
        if not (rule.relation is relation and rule.segment is segment and Deed.SEE in rule.deeds)
    )
    assert len(kept) < len(policy.RULES)
    monkeypatch.setattr(policy, "RULES", kept)


def test_each_reach_is_read_from_the_table() -> None:
    assert reach(Relation.ABOUT, Segment.ANSWERS) is Reach.RELEASED
    assert reach(Relation.SELF, Segment.ANSWERS) is Reach.ALWAYS
    assert by_supervisor(Segment.ALLIANCE) is Reach.OPENED
    assert by_supervisor(Segment.CONCERN) is Reach.TOLD
    assert reach(Relation.ADMINISTRATOR, Segment.ANSWERS) is Reach.NEVER


def test_the_line_follows_the_policy(fresh: SmallClinic, monkeypatch: pytest.MonkeyPatch) -> None:
    slot = slot_of(fresh)

    def line() -> str:
        return line_of(who_reads(slot, now=fresh.now), with_names=False)

    assert line() == (
        "Dana, your therapist, sees this after you send it. "
        "A supervisor sees your scores only if you or Dana say so."
    )
    seeing = frozenset({Deed.SEE})
    with_rule(monkeypatch, Rule(Relation.SUPERVISING, Segment.ALLIANCE, seeing, always))
    assert line().endswith("A supervisor can see your scores.")
    without(monkeypatch, Relation.ABOUT, Segment.ANSWERS)
    assert line().startswith("Dana, your therapist, does not see this.")
    with_rule(monkeypatch, Rule(Relation.ABOUT, Segment.ANSWERS, seeing, released))
    assert line().startswith("Dana, your therapist, sees this after")
    with_rule(monkeypatch, Rule(Relation.IN_CARE_OF, Segment.ANSWERS, seeing, always))
    assert line().startswith("Dana, your therapist, sees all that you put in here.")


def test_the_week_is_one_score_to_the_therapists_who_are_named_only_to_the_client(
    fresh: SmallClinic, browser_of: SignedIn
) -> None:
    fresh.visit()
    open_weekly_checks(now=fresh.now)
    slot = Slot.objects.get(client=fresh.alma, therapist=None)
    by_link = text(Browser().get(address(slot)))
    signed_in = text(browser_of(fresh.alma.person).get(f"/me/forms/{slot.public_id}/"))
    assert "it becomes one score" in by_link and "Dana" not in by_link
    assert "Dana can see that score" in signed_in
    for page in (by_link, signed_in):
        assert "Counts now in the score that your therapist sees" in page
        assert "Your therapist sees this now" not in page


def test_the_whole_table_follows_the_policy(monkeypatch: pytest.MonkeyPatch) -> None:
    before = who_sees_page(("Dana",)).table.rows
    assert before[2].cells[1:] == ("When you let them", "No", "No", "No")
    with_rule(
        monkeypatch,
        Rule(Relation.ADMINISTRATOR, Segment.ANSWERS, frozenset({Deed.SEE}), always),
    )
    assert who_sees_page(("Dana",)).table.rows[2].cells[4] == "Yes"
    assert who_sees_page(()).team == "No therapist has you in their care now."
    assert who_sees_page(("Dana", "Omar")).team == "Your therapists now: Dana and Omar."


def test_that_it_got_hard_reaches_a_supervisor_after_some_visits_and_the_page_says_so(
    fresh: SmallClinic, browser_of: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cell() -> object:
        rows = {row.cells[0]: row.cells for row in who_sees_page(()).table.rows}
        return rows["That things got hard between you two"][3]

    assert VISITS_BEFORE_SUPERVISION == 3
    assert cell() == "Only if it is still hard 3 visits later"
    form = text(browser_of(fresh.alma.person).get(f"/me/forms/{slot_of(fresh).public_id}/"))
    assert "still hard between you and Dana 3 visits later" in form
    without(monkeypatch, Relation.SUPERVISING, Segment.STRAIN)
    assert cell() == "No"


def test_what_a_supervisor_learns_follows_the_policy(monkeypatch: pytest.MonkeyPatch) -> None:
    who, concern = who_sees_page(()).supervisor
    assert who.endswith("They do not see your name.")
    assert "only if you ask us to tell them" in concern
    assert "only if you asked us in that same form" in concern
    assert concern.endswith("only once your therapist can see it too.")
    seeing = frozenset({Deed.SEE})
    with_rule(monkeypatch, Rule(Relation.SUPERVISOR, Segment.IDENTITY, seeing, always))
    with_rule(monkeypatch, Rule(Relation.SUPERVISING, Segment.CONCERN, seeing, always))
    assert who_sees_page(()).supervisor == ("A supervisor helps your therapist to do good work.",)


def test_the_client_opens_their_scores_to_supervision_and_closes_them_again(
    fresh: SmallClinic, browser_of: SignedIn
) -> None:
    alma, ruth = browser_of(fresh.alma.person), browser_of(fresh.ruth)
    assert "Your scores with" not in text(alma.get("/me/who-sees/"))
    fresh.feedback(fresh.visit(), 8)
    page = text(alma.get("/me/who-sees/"))
    assert "Closed. No supervisor can see them." in page
    deed = f"/me/who-sees/{fresh.dana.public_id}/open/"
    graph = f"/supervision/opened/{fresh.dana.public_id}/{fresh.alma.public_id}/"
    assert f'action="{deed}"' in page and ruth.get(graph).status_code == 404

    opened = alma.post(deed, {"is_open": "yes"})
    assert opened.headers["Location"] == "/me/who-sees/"
    page = text(alma.get("/me/who-sees/"))
    assert "Whoever supervises Dana can see your scores now." in page
    assert "Open. Whoever supervises Dana can see them." in page and "You opened them on" in page
    assert "The client opened these ratings to you" in text(ruth.get(graph))

    closed = text(alma.post(deed, {"is_open": "no"}, follow=True))
    assert "No supervisor can see your scores with Dana now." in closed
    assert "Let a supervisor see them" in closed
    assert ruth.get(graph).status_code == 404


def test_what_a_therapist_opened_the_client_closes_also_when_care_has_ended(
    fresh: SmallClinic, browser_of: SignedIn
) -> None:
    fresh.feedback(fresh.visit(), 8)
    series, dana = AllianceSeries.objects.get(), fresh.as_actor(fresh.dana)
    open_to_supervision(series=series, is_open=True, by=dana, now=fresh.now)
    care = Care.objects.get(client=fresh.alma)
    end_care(care=care, ends_on=care.starts_on, by=OPERATOR, now=fresh.now)
    alma = browser_of(fresh.alma.person)
    assert "Dana opened them on" in text(alma.get("/me/who-sees/"))
    deed = f"/me/who-sees/{fresh.dana.public_id}/open/"
    assert "Closed." in text(alma.post(deed, {"is_open": "no"}, follow=True))


def test_nobody_opens_the_scores_of_somebody_else(fresh: SmallClinic, browser_of: SignedIn) -> None:
    fresh.feedback(fresh.visit(), 8)
    deed = f"/me/who-sees/{fresh.dana.public_id}/open/"
    for person in (fresh.bruno.person, fresh.dana, fresh.ruth, fresh.ines):
        assert browser_of(person).post(deed, {"is_open": "yes"}).status_code == 404
    alma = browser_of(fresh.alma.person)
    assert alma.get(deed).status_code == 405
    assert alma.post(deed, {"is_open": "perhaps"}).status_code == 404
    other = deed.replace(fresh.dana.public_id, fresh.omar.public_id)
    assert alma.post(other, {"is_open": "yes"}).status_code == 404
    assert AllianceSeries.objects.get().opened_to_supervision_at is None


def test_there_is_nothing_to_open_where_the_policy_lets_no_one_in(
    fresh: SmallClinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    fresh.feedback(fresh.visit(), 8)
    alliances = AllianceSeries.objects.all()
    assert len(who_sees_page((), alliances).scores) == 1
    without(monkeypatch, Relation.SUPERVISING, Segment.ALLIANCE)
    assert who_sees_page((), alliances).scores == ()
