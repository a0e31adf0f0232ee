"""The promise: who may is one table, reviewed by people, and no rule of it can change unseen (A1).

Every rule is taken out and turned round in turn, and the committed page must notice each.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import pytest

from alongside.clinic.access import policy
from alongside.clinic.access.policy import Deed, Record, Relation, Rule, Segment, decide
from tests.promises import figures
from tools import matrix

OPEN = {
    "is_released": True,
    "is_told_to_supervisor": True,
    "is_opened_to_supervision": True,
    "is_without_therapist": True,
    "n_clients": policy.SMALLEST_TOTAL,
}


def test_the_committed_page_is_what_the_policy_says() -> None:
    assert matrix.PAGE.read_text(encoding="utf-8") == matrix.page()


def mutants() -> list[tuple[str, tuple[Rule, ...]]]:
    """The policy without one rule, with one turned round, and with one deed more."""
    found = []
    for n, rule in enumerate(policy.RULES):
        before, after = policy.RULES[:n], policy.RULES[n + 1 :]
        name = f"{n}: {rule.relation} {rule.segment}"
        found.append((f"{name} taken out", (*before, *after)))
        turned = replace(rule, is_denial=not rule.is_denial)
        found.append((f"{name} turned round", (*before, turned, *after)))
        if rule.condition is not policy.always:
            always = replace(rule, condition=policy.always)
            found.append((f"{name} without its condition", (*before, always, *after)))
        for deed in set(Deed) - rule.deeds:
            wider = replace(rule, deeds=rule.deeds | {deed})
            found.append((f"{name} with {deed}", (*before, wider, *after)))
    return found


@pytest.mark.promise
def test_every_changed_rule_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    committed = matrix.PAGE.read_text(encoding="utf-8")
    unseen, tried = [], mutants()
    for name, rules in tried:
        monkeypatch.setattr(policy, "RULES", rules)
        if matrix.page() == committed:
            unseen.append(name)
    monkeypatch.undo()
    assert unseen == []
    assert len(tried) > 200
    figures.record(
        "A1",
        part="policy mutants",
        found=len(tried) - len(unseen),
        of=len(tried),
        what="changed rules noticed",
        note="each rule taken out, turned round, without its condition, with each deed more",
    )


def cells() -> list[tuple[frozenset[Relation], Deed, Record]]:
    """Every relation and every pair of relations, at every kind of record in each state."""
    held = [frozenset(some) for n in (1, 2) for some in combinations(Relation, n)]
    states = ({}, OPEN, *({name: value} for name, value in OPEN.items()))
    records = [Record(segment, **state) for segment in Segment for state in states]  # type: ignore[arg-type]
    return [(some, deed, record) for some in held for deed in Deed for record in records]


def test_a_changed_rule_changes_what_is_decided(monkeypatch: pytest.MonkeyPatch) -> None:
    """A rule that could go without changing any answer would be noise."""
    tried = cells()
    whole = [decide(*cell).is_allowed for cell in tried]
    idle = []
    for n, rule in enumerate(policy.RULES):
        if rule.relation in (Relation.SYSTEM, Relation.OPERATOR, Relation.KEPT_OUT):
            continue
        monkeypatch.setattr(policy, "RULES", (*policy.RULES[:n], *policy.RULES[n + 1 :]))
        about = [
            place
            for place, (held, deed, record) in enumerate(tried)
            if rule.relation in held and record.segment is rule.segment and deed in rule.deeds
        ]
        if all(decide(*tried[place]).is_allowed is whole[place] for place in about):
            idle.append(rule)
        monkeypatch.undo()
    assert idle == []


def test_nothing_is_allowed_that_no_rule_allows() -> None:
    for held, deed, record in cells():
        decision = decide(held, deed, record)
        rules = [r for r in policy.RULES if r.relation in held and r.segment is record.segment]
        if not any(deed in rule.deeds and not rule.is_denial for rule in rules):
            assert not decision.is_allowed
        if any(deed in rule.deeds and rule.is_denial for rule in rules):
            assert not decision.is_allowed


def test_nobody_holds_two_kinds_of_power_that_open_each_other() -> None:
    """An administrator sees nothing of any client, and a privacy officer nothing clinical."""
    of_clients = {
        *(Segment.IDENTITY, Segment.ATTENDANCE, Segment.ANSWERS, Segment.ALLIANCE, Segment.STRAIN),
        *(Segment.CONCERN, Segment.CHANGES, Segment.SUPERVISION, Segment.PROGRESS),
        Segment.SEALED_NOTES,
    }
    for relation in (Relation.ADMINISTRATOR, Relation.PRIVACY_OFFICER):
        for segment in of_clients:
            for deed in Deed:
                assert not decide((relation,), deed, Record(segment, **OPEN)).is_allowed  # type: ignore[arg-type]
