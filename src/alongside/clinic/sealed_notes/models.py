"""Notes that nobody but their author can open: sealed in the browser, to the author's own key.

What is kept here is what the browser sent. The server has no key to it, and neither has any
administrator, supervisor or backup: a lost passphrase is a lost note.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from alongside.clinic.people.models import Client, Person, new_public_id
from alongside.clinic.vault.fields import Envelope


class SealingKey(models.Model):
    """One row is the key pair of one author: public, and private under their passphrase.

    `wrapped` is the private key (PKCS #8) under AES-256-GCM with a key that PBKDF2-HMAC-SHA-256
    draws from the passphrase, `salt` and `n_iterations`. The passphrase never leaves the browser.
    """

    public_id = models.CharField(max_length=12, unique=True, default=new_public_id, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="sealing_keys")
    public_key = models.BinaryField(max_length=32)
    wrapped = Envelope(max_length=200)
    salt = models.BinaryField(max_length=16)
    n_iterations = models.PositiveIntegerField()
    made_at = models.DateTimeField()
    replaced_at = models.DateTimeField(null=True, blank=True)

    clear: ClassVar = (
        *("public_id", "person", "public_key", "salt", "n_iterations", "made_at", "replaced_at"),
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person"], condition=Q(replaced_at__isnull=True), name="one_sealing_key"
            )
        ]

    def __str__(self) -> str:
        return f"sealing key of {self.made_at:%Y-%m-%d}"


class SealedNote(models.Model):
    """One row is one note of one author about one client.

    `envelope` is HPKE (RFC 9180, base mode: X25519, HKDF-SHA-256, AES-256-GCM) to `key`; its info
    names author, client and note, so that it opens in no other place. States: open (the author may
    still write on), closed.
    """

    public_id = models.CharField(max_length=12, unique=True, default=new_public_id, editable=False)
    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="sealed_notes")
    author = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="sealed_notes")
    key = models.ForeignKey(SealingKey, on_delete=models.PROTECT, related_name="notes")
    envelope = Envelope()
    began_at = models.DateTimeField()
    saved_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)

    clear: ClassVar = ("public_id", "client", "author", "key", "began_at", "saved_at", "closed_at")

    class Meta:
        ordering = ["-began_at", "-pk"]
        indexes = [models.Index(fields=["author", "client"], name="sealed_notes_of")]

    def __str__(self) -> str:
        return f"sealed note {self.public_id}"
