"""Writes who may do what as tables that people can read: `python -m tools.matrix write | check`.

The tables are generated from the policy. They are committed, so that a change in the policy is a
change in a table that somebody reviews.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path

from alongside.clinic.access import policy
from alongside.clinic.access.policy import Condition, Deed, Relation, Rule, Segment
from tools import routes
from tools.kept_page import keep

PAGE = Path(__file__).resolve().parent.parent / "docs" / "reference" / "access.md"
LETTERS = {Deed.SEE: "see", Deed.ANSWER: "answer", Deed.RECORD: "record"}
COLUMNS = 7
HEAD = """# Who may do what

Generated from `clinic/access/policy.py`, the addresses and the line above each view by
`make matrix`; `make test` fails when it is not fresh.

## Every rule

A row is what somebody is to a record, a column what kind of thing the record is. An empty cell is
a no. *never* wins over every yes: whoever is also that, does not. In brackets stands the only
condition under which it holds. The clock (system) and the command line (operator) are no persons
who read: they record and see nothing.
"""


def page() -> str:
    """The whole page, as the policy is now."""
    rules = map(_table, _columns(list(Segment), COLUMNS))
    return "\n\n".join([HEAD.rstrip(), *rules, routes.tables()]) + "\n"


def _columns(segments: list[Segment], width: int) -> Iterable[list[Segment]]:
    for start in range(0, len(segments), width):
        yield segments[start : start + width]


def _table(segments: list[Segment]) -> str:
    lines = ["| | " + " | ".join(segments) + " |", "| --- |" + " --- |" * len(segments)]
    for relation in Relation:
        cells = [_cell(relation, segment) for segment in segments]
        lines.append(f"| {relation} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def _cell(relation: Relation, segment: Segment) -> str:
    rules = [each for each in policy.RULES if (each.relation, each.segment) == (relation, segment)]
    return "<br>".join(_words(rule) for rule in rules)


def _words(rule: Rule) -> str:
    deeds = ", ".join(words for deed, words in LETTERS.items() if deed in rule.deeds)
    if rule.is_denial:
        return f"*never* {deeds}"
    return deeds + _condition(rule.condition)


def _condition(condition: Condition) -> str:
    if condition is policy.always:
        return ""
    return f" ({condition.__name__.replace('_', ' ')})"


if __name__ == "__main__":
    sys.exit(keep(PAGE, page, sys.argv[1:], command="make matrix"))
