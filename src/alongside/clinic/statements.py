"""Statements that are asked again and again: written in the ORM, compiled once.

Django builds the SQL of a query anew each time, and that takes several times as long as the
database takes to answer it. These keep what is costly (the SQL) and leave the rest to Django:
fields turn values into columns and back, rows come as models. Decision 0015.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property, lru_cache
from typing import Any, Generic, TypeAlias, TypeVar

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import (
    AutoField,
    BigAutoField,
    BigIntegerField,
    CharField,
    DateTimeField,
    Expression,
    Field,
    IntegerField,
    Model,
    PositiveIntegerField,
    PositiveSmallIntegerField,
    QuerySet,
    TextField,
)
from django.db.models.query import get_related_populators
from django.db.models.sql.compiler import SQLCompiler

M = TypeVar("M", bound=Model)
Value: TypeAlias = int | str | date
ROWS_AT_ONCE = 100


class Parameter(Expression):
    """A place in a query for a value that comes each time it is asked."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name

    def as_sql(self, *_: Any, **__: Any) -> tuple[str, Any]:
        """One parameter, which remembers whose place it holds."""
        return "%s", (self,)


V = TypeVar("V")
Given: TypeAlias = V | Parameter
"""A value, or the place where it will stand."""


class Select(Generic[M]):
    """A query for rows of one model, compiled when it is first asked.

    `query` gives it, with a `Parameter` wherever a value comes later.
    """

    def __init__(self, query: Callable[[], QuerySet[M]]) -> None:
        self.query = query

    @cached_property
    def _compiled(self) -> _Compiled:
        return _Compiled.of(self.query())

    @cached_property
    def _shape(self) -> _Shape:
        return _Shape.of(self._compiled.compiler)

    def all(self, **given: Value) -> list[M]:
        """Every row, with these values in their places."""
        return list(map(self._shape.drawn, self._compiled.rows(given)))

    def first(self, **given: Value) -> M | None:
        """The first row, if there is one."""
        rows = self._compiled.rows(given)
        return self._shape.drawn(rows[0]) if rows else None


class SelectValues:
    """The same for a query by `values_list`: its rows are tuples."""

    def __init__(self, query: Callable[[], QuerySet[Any, Any]]) -> None:
        self.query = query

    @cached_property
    def _compiled(self) -> _Compiled:
        return _Compiled.of(self.query())

    def all(self, **given: Value) -> list[tuple[Any, ...]]:
        """Every row, with these values in their places."""
        return [tuple(row) for row in self._compiled.rows(given)]


@dataclass(frozen=True)
class _Compiled:
    """What Django makes of a query before it asks the database."""

    sql: str
    parameters: tuple[Any, ...]
    compiler: SQLCompiler
    converters: Any

    @classmethod
    def of(cls, query: QuerySet[Any, Any]) -> _Compiled:
        compiler = query.query.get_compiler(query.db)
        sql, parameters = compiler.as_sql()
        columns = [column for column, _sql, _alias in compiler.select]
        return cls(sql, tuple(parameters), compiler, compiler.get_converters(columns))

    def rows(self, given: Mapping[str, Value]) -> list[Any]:
        database = _database()
        filled = [
            _adapted(given[known.name], database) if isinstance(known, Parameter) else known
            for known in self.parameters
        ]
        with database.cursor() as cursor:
            cursor.execute(self.sql, filled)
            rows: list[Any] = cursor.fetchall()
        if self.converters:
            rows = list(self.compiler.apply_converters(rows, self.converters))
        return rows


def _adapted(value: Value, database: BaseDatabaseWrapper) -> Any:
    if isinstance(value, datetime):
        return database.ops.adapt_datetimefield_value(value)
    return database.ops.adapt_datefield_value(value) if isinstance(value, date) else value


@dataclass(frozen=True)
class _Shape:
    """How a row becomes a model: the steps of `django.db.models.query.ModelIterable`."""

    model: type[Model]
    columns: slice
    names: list[str]
    annotations: Mapping[str, int]
    related: list[Any]

    @classmethod
    def of(cls, compiler: SQLCompiler) -> _Shape:
        info, select = compiler.klass_info, compiler.select
        assert info is not None  # a query by values goes by SelectValues
        places = info["select_fields"]
        columns = slice(places[0], places[-1] + 1)
        return cls(
            model=info["model"],
            columns=columns,
            names=[column.target.attname for column, _sql, _alias in select[columns]],
            annotations=compiler.annotation_col_map,
            related=get_related_populators(info, select, DEFAULT_DB_ALIAS),  # type: ignore[call-arg]  # stubs of a later Django
        )

    def drawn(self, row: Any) -> Any:
        kept = self.model.from_db(DEFAULT_DB_ALIAS, self.names, row[self.columns])
        for populator in self.related:
            populator.populate(row, kept)
        for name, place in self.annotations.items():
            setattr(kept, name, row[place])
        return kept


class Insert(Generic[M]):
    """New rows of one model.

    Where `once` names fields that are unique together, a row that is there already takes the
    values of all other fields. Rows that are `numbered` bring their number; others get one.
    """

    def __init__(
        self, model: type[M], *, once: Iterable[str] = (), is_numbered: bool = False
    ) -> None:
        self.model, self.once, self.is_numbered = model, tuple(once), is_numbered

    @cached_property
    def _fields(self) -> list[Field[Any, Any]]:
        fields = self.model._meta.local_concrete_fields
        return [field for field in fields if self.is_numbered or not field.primary_key]

    def _sql(self, n_rows: int) -> str:
        columns = [_quoted(field) for field in self._fields]
        row = f"({', '.join(['%s'] * len(columns))})"
        sql = (
            f"INSERT INTO {_table(self.model)} ({', '.join(columns)}) "  # noqa: S608 - names of columns; every value is a parameter
            f"VALUES {', '.join([row] * n_rows)}"
        )
        if self.once:
            unique = [_quoted(field) for field in _fields(self.model, self.once)]
            kept = (f"{name} = EXCLUDED.{name}" for name in columns if name not in unique)
            sql += f" ON CONFLICT ({', '.join(unique)}) DO UPDATE SET {', '.join(kept)}"
        return sql

    @cached_property
    def _of_one(self) -> str:
        number = "" if self.is_numbered else f" RETURNING {_quoted(self.model._meta.pk)}"
        return self._sql(1) + number

    @cached_property
    def _of_many(self) -> Callable[[int], str]:
        return lru_cache(maxsize=ROWS_AT_ONCE)(self._sql)

    def one(self, row: M) -> None:
        """The row, now in the database and with its number."""
        number = self.put(self.columns_of(row))
        if number is not None:
            row.pk = number
        row._state.adding, row._state.db = False, DEFAULT_DB_ALIAS

    def put(self, columns: Sequence[Any]) -> int | None:
        """A row with these columns, now in the database; its number, where it was given one."""
        with _database().cursor() as cursor:
            cursor.execute(self._of_one, columns)
            return None if self.is_numbered else int(cursor.fetchone()[0])

    def many(self, rows: Iterable[M]) -> None:
        """All rows, now in the database. Their numbers stay unknown.

        One statement for up to a hundred: between two, another thread could take the interpreter.
        """
        self.put_many([self.columns_of(row) for row in rows])

    def put_many(self, rows: Sequence[Sequence[Any]]) -> None:
        """Rows with these columns, now in the database."""
        with _database().cursor() as cursor:
            for start in range(0, len(rows), ROWS_AT_ONCE):
                some = rows[start : start + ROWS_AT_ONCE]
                values = [value for columns in some for value in columns]
                cursor.execute(self._of_many(len(some)), values)

    def columns_of(self, row: M) -> list[Any]:
        """What will stand in the columns of a row, in the order of its fields."""
        return _stored(row, self._fields, is_new=True)


class Update(Generic[M]):
    """Some fields of one row, as `save(update_fields=…)` writes them."""

    def __init__(self, model: type[M], *names: str) -> None:
        self.model, self.names = model, names

    @cached_property
    def _fields(self) -> list[Field[Any, Any]]:
        return _fields(self.model, self.names)

    @cached_property
    def _sql(self) -> str:
        changes = ", ".join(f"{_quoted(field)} = %s" for field in self._fields)
        key = _quoted(self.model._meta.pk)
        return f"UPDATE {_table(self.model)} SET {changes} WHERE {key} = %s"  # noqa: S608 - as above

    def one(self, row: M) -> None:
        """The row with these fields as they now are.

        Raises: DoesNotExist.
        """
        with _database().cursor() as cursor:
            cursor.execute(self._sql, [*_stored(row, self._fields, is_new=False), row.pk])
            if not cursor.rowcount:
                raise self.model.DoesNotExist  # type: ignore[attr-defined]  # every model has it


def _database() -> BaseDatabaseWrapper:
    """The connection of this thread."""
    return connections[DEFAULT_DB_ALIAS]


def _fields(model: type[Model], names: Iterable[str]) -> list[Field[Any, Any]]:
    fields = map(model._meta.get_field, names)
    return [field for field in fields if isinstance(field, Field)]


def _table(model: type[Model]) -> str:
    return _database().ops.quote_name(model._meta.db_table)


def _quoted(field: Field[Any, Any]) -> str:
    return _database().ops.quote_name(str(field.column))


def _stored(row: Model, fields: Iterable[Field[Any, Any]], *, is_new: bool) -> list[Any]:
    database = _database()
    return [
        value
        if type(value) is AS_IT_IS.get(type(field)) or value is None
        else _moment(value)
        if type(field) is DateTimeField
        else field.get_db_prep_save(value, connection=database)
        for field in fields
        for value in (field.pre_save(row, add=is_new),)
    ]


@lru_cache(maxsize=256)
def _moment(value: datetime) -> Any:
    """A moment as it is stored. One deed writes the same moment into many rows."""
    return A_MOMENT.get_db_prep_save(value, connection=_database())


AS_IT_IS: Mapping[type, type] = {
    **dict.fromkeys((AutoField, BigAutoField, BigIntegerField, IntegerField), int),
    **dict.fromkeys((PositiveIntegerField, PositiveSmallIntegerField), int),
    **dict.fromkeys((CharField, TextField), str),
}
"""Values of which a field makes nothing but themselves."""

A_MOMENT: Field[Any, Any] = DateTimeField()
