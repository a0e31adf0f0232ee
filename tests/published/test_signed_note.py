"""The signed note that the Go checksum database gives as its example.

Source: documentation of golang.org/x/mod/sumdb/note, which C2SP's signed-note was made from.
"""

from __future__ import annotations

from base64 import b64decode
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from alongside.clinic.audit.signing import FILE, SigningKey, read_key
from alongside.interfaces.cli import verify_audit

PRIVATE = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
PUBLIC = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
TEXT = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
)
SIGNATURE = (
    "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM="
)


def test_our_key_signs_what_the_published_key_signed() -> None:
    seed = b64decode(PRIVATE.split("+", 4)[4])[1:]
    key = SigningKey("PeterNeumann", Ed25519PrivateKey.from_private_bytes(seed))
    assert key.private_text == PRIVATE
    assert key.public_text == PUBLIC
    assert key.signed(TEXT) == f"{TEXT}\n— PeterNeumann {SIGNATURE}\n"


def test_a_key_file_in_the_published_form_is_read(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text(f"{PRIVATE}\n")
    (tmp_path / FILE).chmod(0o400)
    assert read_key(tmp_path).public_text == PUBLIC


def test_the_verifier_reads_the_published_key_and_checks_its_signature() -> None:
    key = verify_audit.read_key(PUBLIC)
    raw = b64decode(SIGNATURE)
    assert raw[:4] == key.id
    key.public.verify(raw[4:], TEXT.encode())
