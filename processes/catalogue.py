"""The packs there are: found by their entry points, read from their folders, deployed together."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from importlib import import_module
from importlib.metadata import entry_points
from pathlib import Path

from sqlalchemy.orm import Session

from engine import deployment
from engine.errors import PlatformError
from engine.hooks import PACKS_GROUP
from engine.model import Deployment
from engine.wording import Finding
from forms import FormRefused, compile_form
from processes.manifest import Manifest, read_manifest

DEPLOYED_SUFFIXES = frozenset({".bpmn", ".dmn", ".form"})


@dataclass(frozen=True, slots=True)
class Pack:
    """One pack as it lies in its folder."""

    manifest: Manifest
    files: Mapping[str, bytes]


@dataclass(frozen=True, slots=True)
class BrokenPack:
    """A pack that was left out, and why; the platform starts without it."""

    folder: Path
    error: PlatformError


def read_pack(folder: Path) -> Pack:
    """Read the manifest and the files to deploy; names are relative to the folder."""
    files = {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.suffix in DEPLOYED_SUFFIXES
    }
    return Pack(read_manifest((folder / "pack.toml").read_text(encoding="utf-8")), files)


def installed_folders() -> Iterator[Path]:
    """Yield the folders of the packs installed in this environment, the built-in ones included."""
    for entry in entry_points(group=PACKS_GROUP):
        yield Path(str(import_module(entry.value).__file__)).parent


def deploy_pack(session: Session, pack: Pack, *, at: datetime, known_job_types: Collection[str] | None) -> Deployment:
    """Deploy one pack; refuses with `DeploymentRefused`, naming every fault."""
    return deployment.deploy(
        session,
        pack_key=pack.manifest.key,
        files=pack.files,
        at=at,
        known_job_types=known_job_types,
        check_form=form_findings,
    )


def deploy_installed(session: Session, *, at: datetime, known_job_types: Collection[str]) -> list[BrokenPack]:
    """Deploy every installed pack and return those that were left out because they are broken."""
    broken = []
    for folder in installed_folders():
        try:
            with session.begin_nested():
                deploy_pack(session, read_pack(folder), at=at, known_job_types=known_job_types)
        except PlatformError as error:
            broken.append(BrokenPack(folder, error))
    return broken


def form_findings(text: str, filename: str) -> list[Finding]:
    """Return what is wrong with a form."""
    try:
        compile_form(text, filename=filename)
    except FormRefused as refused:
        return list(refused.findings)
    return []
