"""The Merkle tree over the entries (RFC 6962, section 2.1), of which only the edge is kept."""

from __future__ import annotations

from dataclasses import dataclass, field
from hashlib import sha256
from typing import Self

LENGTH = 32
NODE = b"\x01"


@dataclass
class Frontier:
    """The roots of the whole subtrees of a growing tree, the largest first.

    One for each one in the binary number of leaves, so that the next leaf needs nothing else.
    """

    size: int = 0
    roots: list[bytes] = field(default_factory=list)

    @classmethod
    def from_bytes(cls, size: int, roots: bytes) -> Self:
        return cls(size, [roots[at : at + LENGTH] for at in range(0, len(roots), LENGTH)])

    def to_bytes(self) -> bytes:
        return b"".join(self.roots)

    def grow(self, leaf: bytes) -> None:
        """One more leaf, by its hash."""
        whole = self.size
        while whole & 1:
            leaf = _joined(self.roots.pop(), leaf)
            whole >>= 1
        self.roots.append(leaf)
        self.size += 1

    def root(self) -> bytes:
        """The root hash of the tree as it now is."""
        if not self.roots:
            return sha256().digest()
        *left, root = self.roots
        for sibling in reversed(left):
            root = _joined(sibling, root)
        return root


def _joined(left: bytes, right: bytes) -> bytes:
    return sha256(NODE + left + right).digest()
