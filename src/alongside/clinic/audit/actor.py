"""Who acts: the value that every action receives and every audit row remembers."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class ActorKind(StrEnum):
    PERSON = "person"
    BEARER = "bearer"
    SYSTEM = "system"
    OPERATOR = "operator"


@dataclass(frozen=True)
class Actor:
    """One who acts: a signed-in person, the bearer of one slot, the system, or the command line.

    `acting_as` is the relation by which the policy last allowed something; see `access.checks`.
    """

    kind: ActorKind
    person_id: int | None = None
    client_id: int | None = None
    slot_id: int | None = None
    roles: frozenset[str] = frozenset()
    is_at_kiosk: bool = False
    acting_as: str = ""

    @classmethod
    def bearer_of(cls, slot_id: int) -> Actor:
        """Someone who holds the link or the lent device for one slot, and may do nothing else."""
        return cls(kind=ActorKind.BEARER, slot_id=slot_id)

    @classmethod
    def at_kiosk(cls, slot_id: int, client_id: int) -> Actor:
        """A client at the clinic's own device, let in by the code that staff gave them."""
        return cls(kind=ActorKind.BEARER, slot_id=slot_id, client_id=client_id, is_at_kiosk=True)


SYSTEM = Actor(kind=ActorKind.SYSTEM)
OPERATOR = Actor(kind=ActorKind.OPERATOR)
