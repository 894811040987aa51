"""Rows in the making: partial rows of one batch, merged by key, then written with one statement per shape.

Merging makes a batch cost what its rows cost, not what its facts cost, and writing it again changes nothing.
"""

from __future__ import annotations

import functools
from typing import Any

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

__all__ = ["Rows", "insert_once"]

Key = tuple[object, ...]


class Rows:
    """Partial rows by table and key; later values win."""

    def __init__(self, domain: str) -> None:
        """Begin empty, for one domain."""
        self._domain = domain
        self._rows: dict[Table, dict[Key, dict[str, Any]]] = {}

    def put(self, table: Table, *key: object, **values: Any) -> None:
        """Say that the row of `table` under `key` (after the domain) has these values."""
        self._rows.setdefault(table, {}).setdefault(key, {}).update(values)

    async def write(self, connection: AsyncConnection) -> None:
        """Insert or update all rows."""
        for table, rows in self._rows.items():
            for columns, shaped in self._by_shape(table, rows).items():
                await connection.execute(_upsert(connection.dialect.name, table, columns), shaped)

    def _by_shape(self, table: Table, rows: dict[Key, dict[str, Any]]) -> dict[tuple[str, ...], list[dict[str, Any]]]:
        names = [column.name for column in table.primary_key.columns]
        shapes: dict[tuple[str, ...], list[dict[str, Any]]] = {}
        for key, values in rows.items():
            row = dict(zip(names, (self._domain, *key), strict=True))
            shapes.setdefault(tuple(sorted(values)), []).append(row | values)
        return shapes


def insert_once(connection: AsyncConnection, table: Table) -> Any:
    """Return the statement that inserts rows of `table` and leaves those that stand already as they are."""
    return _upsert(connection.dialect.name, table, None)


@functools.cache
def _upsert(dialect: str, table: Table, columns: tuple[str, ...] | None) -> Any:
    """Return the statement for rows of one shape: making it costs more than using it, and there are a few dozen.

    Without `columns` any conflict leaves the row that stands, with none only one of its key.
    """
    statement: Any = postgresql.insert(table) if dialect == "postgresql" else sqlite.insert(table)
    keys = list(table.primary_key.columns)
    if columns is None:
        return statement.on_conflict_do_nothing()
    if not columns:
        return statement.on_conflict_do_nothing(index_elements=keys)
    fresh = {column: statement.excluded[column] for column in columns}
    return statement.on_conflict_do_update(index_elements=keys, set_=fresh)
