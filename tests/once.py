"""What a site works out once in its life is worked out once for all the sites and databases of a run.

Each test has a site, an engine and a database of its own; without this, compiling SQL, templates and addresses for them
is half of the tests' time. Nothing here keeps what is stored or said. Loaded by `conftest.py` as a plugin.
"""

import gc
from collections.abc import Callable, Hashable, MutableMapping
from types import CodeType
from typing import Any, ClassVar

from flask import Flask
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from sqlalchemy import Engine
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.util import LRUCache
from werkzeug.routing import Rule

STATEMENTS = 3000


class Sqlite(SQLiteDialect_pysqlite):
    """SQLite; its files are alike, so a statement compiled for one of them does for the others."""

    supports_statement_cache = True
    compiled: ClassVar[MutableMapping[Any, Any]] = LRUCache(STATEMENTS)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sqlite)

    def __hash__(self) -> int:
        return hash(Sqlite)

    @classmethod
    def engine_created(cls, engine: Engine) -> None:
        """Let a new engine use what others compiled."""
        engine.update_execution_options(compiled_cache=cls.compiled)


class Postgresql(PGDialect_psycopg):
    """PostgreSQL; the databases are on one server, so a statement compiled for one of them does for the others."""

    supports_statement_cache = True
    compiled: ClassVar[MutableMapping[Any, Any]] = LRUCache(STATEMENTS)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Postgresql)

    def __hash__(self) -> int:
        return hash(Postgresql)

    @classmethod
    def engine_created(cls, engine: Engine) -> None:
        """Let a new engine use what others compiled."""
        engine.update_execution_options(compiled_cache=cls.compiled)


class Templates(BytecodeCache):
    """The templates compiled so far, by what stands in them."""

    def __init__(self) -> None:
        self._compiled: dict[tuple[str, str], CodeType | None] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Give what was compiled from the same source."""
        bucket.code = self._compiled.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what was compiled."""
        self._compiled[bucket.key, bucket.checksum] = bucket.code


class Address(Rule):
    """A site's address; what builds it is compiled once for all sites that have the same one."""

    _builders: ClassVar[dict[Hashable, Callable[..., tuple[str, str]]]] = {}

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:  # noqa: FBT001, FBT002  (werkzeug's signature)
        if self.defaults:
            return super()._compile_builder(append_unknown)
        key = self.rule, tuple(self._trace), append_unknown
        if key not in self._builders:
            self._builders[key] = super()._compile_builder(append_unknown)
        return self._builders[key]


def pytest_collection_finish() -> None:
    """Let the garbage collector look only at what tests make: everything there is by now stays until the run ends."""
    gc.collect()
    gc.freeze()


for name, kind in (("sqlite", Sqlite), ("sqlite.pysqlite", Sqlite), ("postgresql.psycopg", Postgresql)):
    registry.register(name, __name__, kind.__name__)
Flask.jinja_options = {**Flask.jinja_options, "bytecode_cache": Templates()}
Flask.url_rule_class = Address
