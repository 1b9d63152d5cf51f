"""The database's history: alembic revisions, one branch for the engine and one for each pack that has tables.

Commands upgrade; health, backups and workers only ask where a database stands.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine
from sqlalchemy.orm import Session

from engine import database
from engine.errors import Unavailable

HERE = Path(__file__).parent
SEPARATOR = "\n"
PATIENCE_SECONDS, PAUSE_SECONDS = 60.0, 0.5


class NotPrepared(Unavailable):
    """The database does not stand at the revisions of this program."""

    code = "database.not_prepared"


@dataclass(frozen=True, slots=True)
class Standing:
    """How a database stands to this program: its revisions, the branches to upgrade, what nobody here knows."""

    heads: tuple[str, ...]
    behind: tuple[str, ...]
    unknown: tuple[str, ...]

    @property
    def is_current(self) -> bool:
        """Tell whether the database is what this program expects."""
        return not (self.behind or self.unknown)


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
    """Bring the database to the newest revision of every branch, the engine's tables first.

    Of several processes that start at once one does it, and the others wait until it is done.
    """
    if is_current(engine, pack_folders):
        return
    for target in ("engine@head", "heads"):
        with _alone(engine) as connection:
            command.upgrade(configuration(connection, pack_folders), target)


def downgrade(engine: Engine, pack_folders: Sequence[Path] = (), to: str = "base") -> None:
    """Take the database back to an older revision."""
    with _alone(engine) as connection:
        command.downgrade(configuration(connection, pack_folders), to)


@contextmanager
def _alone(engine: Engine) -> Iterator[Connection]:
    with Session(engine) as session, session.begin():
        database.begin_write(session)
        database.take_time(session)
        database.take_turn(session, "migrations")
        yield session.connection()


def is_current(engine: Engine, pack_folders: Sequence[Path] = ()) -> bool:
    """Tell whether the database stands at the newest revision of every branch."""
    with engine.connect() as connection:
        return standing(connection, pack_folders).is_current


def wait_until_current(engine: Engine, pack_folders: Sequence[Path] = (), *, seconds: float = PATIENCE_SECONDS) -> None:
    """Return once the database stands at the newest revisions, which another process may be seeing to just now.

    Refuses with `NotPrepared` when it has not come to that in time.
    """
    until = monotonic() + seconds
    while not is_current(engine, pack_folders):
        if monotonic() > until:
            raise NotPrepared(
                "Cơ sở dữ liệu chưa đúng phiên bản; hãy chạy luanchuyen prepare. / "
                "The database is not what this program expects; run luanchuyen prepare."
            )
        sleep(PAUSE_SECONDS)


def standing(connection: Connection, pack_folders: Sequence[Path] = ()) -> Standing:
    """Compare a database with the revisions that this program and its packs bring."""
    heads = MigrationContext.configure(connection).get_current_heads()
    return stands_to(heads, pack_folders)


def stands_to(heads: Sequence[str], pack_folders: Sequence[Path] = ()) -> Standing:
    """Compare the revisions of some database, a backup's perhaps, with those that this program and its packs bring."""
    script = ScriptDirectory.from_config(configuration(None, pack_folders))
    known = {revision.revision: revision for revision in script.walk_revisions()}
    behind = {label for head in set(script.get_heads()) - set(heads) for label in known[head].branch_labels}
    return Standing(tuple(sorted(heads)), tuple(sorted(behind)), tuple(sorted(set(heads) - known.keys())))
