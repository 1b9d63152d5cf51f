"""The database's history: alembic revisions, one branch for the engine and one for each pack that has tables.

`upgrade` is called by the commands; nothing else imports this package.
"""

from collections.abc import Sequence
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine

HERE = Path(__file__).parent
SEPARATOR = "\n"


def configuration(connection: Connection | None, pack_folders: Sequence[Path] = ()) -> Config:
    """Return alembic's configuration for the engine's own revisions and those of packs."""
    config = Config()
    config.set_main_option("script_location", str(HERE))
    config.set_main_option("path_separator", "newline")
    config.set_main_option(
        "version_locations", SEPARATOR.join(str(path) for path in (HERE / "versions", *pack_folders))
    )
    config.attributes["connection"] = connection
    return config


def upgrade(engine: Engine, pack_folders: Sequence[Path] = ()) -> None:
    """Bring the database to the newest revision of every branch, the engine's tables first."""
    for target in ("engine@head", "heads"):
        with engine.begin() as connection:
            command.upgrade(configuration(connection, pack_folders), target)


def downgrade(engine: Engine, pack_folders: Sequence[Path] = (), to: str = "base") -> None:
    """Take the database back to an older revision."""
    with engine.begin() as connection:
        command.downgrade(configuration(connection, pack_folders), to)


def is_current(engine: Engine, pack_folders: Sequence[Path] = ()) -> bool:
    """Tell whether the database stands at the newest revision of every branch."""
    with engine.connect() as connection:
        standing = set(MigrationContext.configure(connection).get_current_heads())
        return standing == set(ScriptDirectory.from_config(configuration(connection, pack_folders)).get_heads())
