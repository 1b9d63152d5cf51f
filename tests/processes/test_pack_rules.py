"""What `pack.toml` may say of assignments that do not work out."""

from datetime import UTC, datetime

import pytest
from sqlalchemy.orm import Session

from engine.database import open_engine
from engine.model import Base
from processes.catalogue import Pack, deploy_pack
from processes.manifest import ManifestInvalid, read_manifest

ABOUT = 'key = "pack"\ntitle = "P"\nversion = "1"\n'
NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)


def test_a_pack_without_rules_says_nothing() -> None:
    assert read_manifest(ABOUT).approver_rules == {}


def test_the_rules_of_a_pack_are_deployed_with_its_files(empty_database: str) -> None:
    manifest = read_manifest(f'{ABOUT}[approver_rules]\nwhen_nobody = "group:VPS/leader"\nwhen_absent = "superior"')
    engine = open_engine(empty_database)
    Base.metadata.create_all(engine)

    with Session(engine, expire_on_commit=False) as session, session.begin():
        deployed = deploy_pack(session, Pack(manifest, {}), at=NOW, known_job_types=None)

    engine.dispose()
    assert deployed.approver_rules == {"lc:when_nobody": "group:VPS/leader", "lc:when_absent": "superior"}


@pytest.mark.parametrize(
    ("rule", "said"), [('when_ill = "stop"', "lc:when_absent"), ('when_absent = "never"', "superior")]
)
def test_a_rule_that_does_not_exist_is_refused_with_those_that_do(rule: str, said: str) -> None:
    with pytest.raises(ManifestInvalid, match=said):
        read_manifest(f"{ABOUT}[approver_rules]\n{rule}")
