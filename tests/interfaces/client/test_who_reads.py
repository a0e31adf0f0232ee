"""The promise on the page is the rule in the table: change the rule, and the page changes."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client as Browser

from alongside.clinic.access import policy
from alongside.clinic.access.policy import Deed, Relation, Rule, Segment, always, released
from alongside.clinic.feedback.who_reads import Reach, by_supervisor, reach, who_reads
from alongside.clinic.instruments.models import Slot
from alongside.clinic.people.models import Person
from alongside.clinic.progress.actions import open_weekly_checks
from alongside.interfaces.client.pages.who_reads import line_of, who_sees_page
from tests.factories.clinic import SmallClinic
from tests.interfaces.client.test_answering import address, slot_of, text


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
    fresh: SmallClinic, browser_of: Callable[[Person | None], Browser]
) -> None:
    fresh.visit()
    open_weekly_checks(now=fresh.now)
    slot = Slot.objects.get(client=fresh.alma, therapist=None)
    by_link = text(Browser().get(address(slot)))
    signed_in = text(browser_of(fresh.alma.person).get(f"/me/forms/{slot.public_id}/"))
    assert "it becomes one score" in by_link and "Dana" not in by_link
    assert "Dana can see that score" in signed_in


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
