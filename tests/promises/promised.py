"""What is promised, in words for everybody, and what each promise does not cover.

The numbers are those of the project's own list of demands. A promise without a figure stands on
the page as well: it is not kept yet, or nobody has measured it.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Promise:
    """One promise: what always holds, and what it leaves open."""

    id: str
    says: str
    leaves_open: str


PROMISES = (
    Promise(
        "A1",
        "Only the people whom the policy names can see or do anything, at every address.",
        "Somebody who may see a record can tell others of it. How long a page takes to say that "
        "it is not there is measured at the doors only.",
    ),
    Promise(
        "A2",
        "On PostgreSQL the database itself refuses what the policy refuses.",
        "Alongside does not run on PostgreSQL yet.",
    ),
    Promise(
        "A3",
        "What was acknowledged is kept, also when the process is killed or the power goes.",
        "The power cut is simulated: every byte that was not synced is lost, but none is torn or "
        "written out of order. A disk that lies about what it has written can lose anything. One "
        "machine that burns takes everything with it that no backup has.",
    ),
    Promise(
        "A4",
        "A crisis reaches a person: the first attempt is made within a minute, whatever dies.",
        "That the person answers.",
    ),
    Promise(
        "A5",
        "Help in a crisis is two taps away, also when everything else is down.",
        "A phone without a battery.",
    ),
    Promise(
        "A6",
        "Whoever takes the database, its log, a backup or a log file reads nothing of anybody.",
        "A machine that is taken while it runs, with its keys in memory.",
    ),
    Promise(
        "A7",
        "A consent that lacks anything the law asks for opens nothing.",
        "Whether somebody was pressed to sign.",
    ),
    Promise(
        "A8",
        "Whatever leaves the house carries its notice and is accounted for.",
        "What the recipient does with it.",
    ),
    Promise(
        "A9",
        "Nobody changes the audit unseen, not even whoever manages the machine.",
        "The entries since the last checkpoint, which is at most a minute old while the clinic "
        "runs. Whoever owns the machine and every witness as well. That a deed was entered at all: "
        "a program that was changed can leave it out.",
    ),
    Promise(
        "A10",
        "Every look that a person takes at a client's record is one entry that the client sees.",
        "A look over somebody's shoulder.",
    ),
    Promise(
        "A11",
        "What leaves for a phone or a mailbox says nothing of what it is about.",
        "What somebody concludes from getting messages at all.",
    ),
    Promise(
        "L16",
        "Nobody finds out at a door who belongs here, by what it answers or by how long it takes.",
        "Somebody who watches the machine at work. Whoever is told by a person.",
    ),
    Promise(
        "R21",
        "Whatever is sent to any address, in whatever form, gets an answer and breaks nothing.",
        "Several requests at once. What a request does only after another one.",
    ),
    Promise(
        "R22",
        "Whatever is corrected, taken back, merged or imported again, every signal is what the "
        "answers come to.",
        "When a person did something about a signal: a talk, a rest, a word of the client stay as "
        "they were said. What was learned of all clients is of the day on which it was learned.",
    ),
    Promise(
        "B4",
        "The faults that other clinics' software was attacked by are not in this one.",
        "Faults of a kind that nobody has seen yet.",
    ),
    Promise(
        "A12",
        "A clinic comes back whole from its encrypted backup, on a machine that is new to it.",
        "What was entered since the last backup.",
    ),
    Promise(
        "B3",
        "What OWASP asks of applications (ASVS 5.0.0, levels 1 and 2) is met, row by row, or said.",
        "What is open or does not apply, which docs/asvs.csv says. We looked ourselves: nobody "
        "from outside has checked it yet.",
    ),
)
IDS = frozenset(promise.id for promise in PROMISES)
