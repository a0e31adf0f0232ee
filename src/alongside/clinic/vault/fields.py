"""Columns that are sealed: written as ciphertext, opened when somebody looks at the attribute.

A row that is loaded carries its ciphertext. Nothing is opened before an attribute is read, and what
was not read is written back as it was.
"""

from __future__ import annotations

import hmac
import json
from typing import TYPE_CHECKING, Any, Generic, TypeAlias, TypeVar, cast

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.core.exceptions import FieldError
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.lookups import Lookup
from django.utils.deconstruct import deconstructible

from alongside.clinic.vault.envelope import Place, seal, unseal, version_of
from alongside.clinic.vault.keyring import Keyring, the_keyring
from alongside.clinic.vault.tiers import Tier

T = TypeVar("T")

if TYPE_CHECKING:
    Column: TypeAlias = models.Field[T, T]
    BytesColumn: TypeAlias = models.BinaryField[bytes | None, str | bytes | None]
else:
    # Django's fields take types only while they are checked.
    class Column(models.Field, Generic[T]):
        pass

    BytesColumn = models.BinaryField

HOUSE = "house"
INDEX = "index"
LASTING = "/log"
INDEX_LENGTH = 16


class Sealed(bytes):
    """A stored value that nobody has opened yet."""

    @property
    def key_version(self) -> int:
        return version_of(self)


@deconstructible(path="alongside.clinic.vault.fields.Bound")
class Bound:
    """To whose key a column is sealed and to which row.

    `client` or `person` names the attribute that holds the owner's number; without one, or where it
    is empty, the owner is the house. `row` names what is unique about the row and known before the
    row is inserted. Rows that are never written again (`is_lasting`) have a key of their own, which
    lasts as long as they do and is not renewed.
    """

    def __init__(
        self,
        *,
        client: str | None = None,
        person: str | None = None,
        row: tuple[str, ...],
        is_lasting: bool = False,
    ) -> None:
        self.client, self.person, self.row = client, person, row
        self.is_lasting = is_lasting

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Bound) and vars(self) == vars(other)

    def __hash__(self) -> int:
        return hash((self.client, self.person, self.row, self.is_lasting))

    def owner_of(self, instance: models.Model) -> str:
        """The name in the key store of the one whose key seals this row."""
        owner = self._owner_of(instance)
        return f"{owner}{LASTING}" if self.is_lasting else owner

    def _owner_of(self, instance: models.Model) -> str:
        if self.client and (number := getattr(instance, self.client)) is not None:
            return owner_of_client(number)
        if self.person and (number := getattr(instance, self.person)) is not None:
            return owner_of_person(number)
        return HOUSE

    def row_of(self, instance: models.Model) -> tuple[object, ...]:
        """The name of the row within its table.

        Raises: UnnamedRow.
        """
        name = tuple(getattr(instance, part) for part in self.row)
        if None in name:
            raise UnnamedRow(f"{type(instance).__name__} is sealed before {self.row} is known")
        return name


class UnnamedRow(RuntimeError):
    """A row is sealed before its own name is known."""


class NotSealed(TypeError):
    """A sealed column is written or looked up without its row."""


def owner_of_client(number: int) -> str:
    return f"client:{number}"


def owner_of_person(number: int) -> str:
    return f"person:{number}"


def client_of(owner: str) -> int | None:
    """The number of the client whom this name in the key store means, if it means one."""
    kind, _, number = owner.partition(":")
    return int(number) if kind == "client" and number.isdigit() else None


class SealedAttribute(Generic[T]):
    """The attribute of a sealed column: opens its value at the first look."""

    def __init__(self, field: SealedField[T]) -> None:
        self.field = field

    def __get__(self, instance: models.Model | None, owner: object = None) -> Any:
        if instance is None:
            return self
        held = instance.__dict__
        name = self.field.attname
        if name not in held:  # a deferred column
            instance.refresh_from_db(fields=[name])
        value = held[name]
        if isinstance(value, Sealed):
            value = held[name] = self.field.open(value, instance)
        return value

    def __set__(self, instance: models.Model, value: object) -> None:
        instance.__dict__[self.field.attname] = value


class SealedField(Column[T]):
    """A column whose values are sealed. It cannot be filtered, sorted or set by `update()`."""

    empty_strings_allowed = False
    descriptor_class: Any = SealedAttribute

    def __init__(self, tier: Tier, bound: Bound, **options: Any) -> None:
        self.tier, self.bound = Tier(tier), bound
        super().__init__(**options)

    def deconstruct(self) -> Any:
        name, path, _arguments, options = super().deconstruct()
        return name, path, [str(self.tier), self.bound], options

    def get_internal_type(self) -> str:
        return "BinaryField"

    def encoded(self, value: T) -> bytes:
        raise NotImplementedError

    def decoded(self, plain: bytes) -> T:
        raise NotImplementedError

    def place_of(self, instance: models.Model) -> Place:
        """Where a value of this column belongs."""
        return Place(
            table=instance._meta.db_table,
            column=str(self.column),
            owner=self.bound.owner_of(instance),
            row=self.bound.row_of(instance),
        )

    def seal(self, value: T, instance: models.Model) -> Sealed:
        """The value as it is stored in this row.

        Raises: KeyDestroyed, KeyMissing.
        """
        place = self.place_of(instance)
        return Sealed(seal(self.encoded(value), the_keyring().newest(place.owner), place))

    def open(self, sealed: Sealed, instance: models.Model) -> T:
        """The value that was sealed for this row.

        Raises: DoesNotOpen, KeyDestroyed, KeyLost, KeyMissing.
        """
        return self.decoded(unseal(sealed, the_keyring(), self.place_of(instance)))

    def pre_save(self, model_instance: models.Model, add: bool) -> Sealed | None:  # noqa: ARG002  # Django's own
        """The value of the row as it is stored; what nobody opened stays as it was."""
        value = model_instance.__dict__.get(self.attname)
        if value is None or isinstance(value, Sealed):
            return value
        return self.seal(value, model_instance)

    def from_db_value(self, value: bytes | None, *_: object) -> Sealed | None:
        return None if value is None else Sealed(value)

    def get_prep_value(self, value: Any) -> Any:
        if value is None or isinstance(value, Sealed):
            return value
        raise NotSealed(f"{self.name} is sealed row by row: change the row itself and save it")

    def get_db_prep_value(
        self,
        value: Any,
        connection: BaseDatabaseWrapper,
        prepared: bool = False,  # Django's own
    ) -> Any:
        value = value if prepared else self.get_prep_value(value)
        return None if value is None else cast(Any, connection).Database.Binary(value)

    def get_lookup(self, lookup_name: str) -> type[Lookup[Any]] | None:
        if lookup_name != "isnull":
            raise FieldError(f"{self.name} is sealed: nothing can be looked up in it")
        return super().get_lookup(lookup_name)

    def clean(self, value: T, model_instance: models.Model | None) -> T:
        self.validate(value, model_instance)
        return value


class SealedText(SealedField[str]):
    """Words that are sealed."""

    empty_strings_allowed = True

    def encoded(self, value: str) -> bytes:
        return value.encode()

    def decoded(self, plain: bytes) -> str:
        return plain.decode()


class SealedJSON(SealedField[Any]):
    """Any JSON value, sealed."""

    def encoded(self, value: Any) -> bytes:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()

    def decoded(self, plain: bytes) -> Any:
        return json.loads(plain)


class SealedBytes(SealedField[bytes]):
    """A document, sealed."""

    def encoded(self, value: bytes) -> bytes:
        return value

    def decoded(self, plain: bytes) -> bytes:
        return plain


class BlindIndex(BytesColumn):
    """What a sealed text is found by: its exact value, and nothing else.

    HMAC-SHA-256 of the text, by a key of the clinic and the column.
    Meant for names that are unique, and cut to 128 bits, so that no two of them meet.
    `filter(code_index="A-17")` takes the plain text. An empty text has no index.
    """

    tier = Tier.IDENTITY

    def __init__(self, of: str, **options: Any) -> None:
        self.of = of
        options.setdefault("null", True)
        options["max_length"], options["editable"] = INDEX_LENGTH, False
        super().__init__(**options)

    def deconstruct(self) -> Any:
        name, path, _arguments, options = super().deconstruct()
        for ours in ("max_length", "editable", "null"):
            options.pop(ours, None)
        if not self.null:
            options["null"] = False
        return name, path, [self.of], options

    def index_of(self, text: str) -> bytes | None:
        """The index of a text. Missing: None for an empty one."""
        if not text:
            return None
        table, column = self.model._meta.db_table, self.column
        key = _index_key(the_keyring(), f"{table}.{column}")
        return hmac.digest(key, text.encode(), "sha256")[:INDEX_LENGTH]

    def pre_save(self, model_instance: models.Model, add: bool) -> bytes | None:  # noqa: ARG002  # Django's own
        """The index of what the text now is; of a text that nobody opened it stays."""
        text = model_instance.__dict__.get(self.of)
        if isinstance(text, str):
            setattr(model_instance, self.attname, self.index_of(text))
        return cast("bytes | None", getattr(model_instance, self.attname))

    def get_prep_value(self, value: Any) -> Any:
        return self.index_of(value) if isinstance(value, str) else value


class Envelope(BytesColumn):
    """What a browser sealed to its user's own key. Nothing here can open it."""

    tier = Tier.SEALED


_INDEX_KEYS: dict[tuple[Keyring, str], bytes] = {}


def _index_key(keyring: Keyring, column: str) -> bytes:
    place = (keyring, column)
    if place not in _INDEX_KEYS:
        secret = keyring.newest(INDEX).secret
        _INDEX_KEYS[place] = HKDF(SHA256(), 32, salt=None, info=column.encode()).derive(secret)
    return _INDEX_KEYS[place]


def sealed_columns(model: type[models.Model]) -> list[SealedField[Any]]:
    """The sealed columns of a model."""
    return [field for field in model._meta.local_concrete_fields if isinstance(field, SealedField)]
