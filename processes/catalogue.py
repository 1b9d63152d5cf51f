"""The packs there are: found by their entry points, read from their folders, deployed together."""

from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path

from sqlalchemy.orm import Session

from engine import deployment
from engine.database import DatabaseFailure
from engine.deployment import DeploymentRefused
from engine.errors import PlatformError
from engine.hooks import PACKS_GROUP, import_pack
from engine.model import Deployment
from engine.wording import Finding, Severity
from forms import FormRefused, compile_form
from processes.manifest import Manifest, ManifestInvalid, read_manifest
from processes.surroundings import surroundings_of

DEPLOYED_SUFFIXES = frozenset({".bpmn", ".dmn", ".form"})


@dataclass(frozen=True, slots=True)
class Pack:
    """One pack as it lies in its folder."""

    manifest: Manifest
    files: Mapping[str, bytes]


@dataclass(frozen=True, slots=True)
class BrokenPack:
    """A pack that was left out, and why; the platform starts without it."""

    name: str
    error: PlatformError


def read_pack(folder: Path) -> Pack:
    """Read the manifest and the files to deploy, by names relative to the folder; refuses with `ManifestInvalid`."""
    files = {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.suffix in DEPLOYED_SUFFIXES
    }
    try:
        manifest = (folder / "pack.toml").read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ManifestInvalid(f"pack.toml cannot be read: {error}", errors={}) from error
    return Pack(read_manifest(manifest), files)


def folder_of(entry: EntryPoint) -> Path:
    """Return the folder of an installed pack; refuses with `PackBroken` when its Python cannot be imported."""
    package, _ = import_pack(entry)
    return Path(str(package.__file__)).parent


def titles() -> dict[str, str]:
    """Return the titles of the installed packs by key; a broken pack has none."""
    return {manifest.key: manifest.title for manifest in manifests()}


def manifests() -> Iterator[Manifest]:
    """Yield what the installed packs say of themselves, broken ones left out."""
    for entry in entry_points(group=PACKS_GROUP):
        with suppress(PlatformError):
            yield read_pack(folder_of(entry)).manifest


def broken_packs(known_job_types: Collection[str]) -> list[BrokenPack]:
    """Return the installed packs that cannot be deployed, each with its error; deploys nothing."""
    broken = []
    for entry in entry_points(group=PACKS_GROUP):
        try:
            files = read_pack(folder_of(entry)).files
        except PlatformError as error:
            broken.append(BrokenPack(entry.name, error))
            continue
        found = deployment.check(files, known_job_types=known_job_types, check_form=form_findings)
        if any(finding.severity is Severity.ERROR for finding in found):
            broken.append(BrokenPack(entry.name, DeploymentRefused(found)))
    return broken


def deploy_pack(session: Session, pack: Pack, *, at: datetime, known_job_types: Collection[str] | None) -> Deployment:
    """Deploy one pack; refuses with `DeploymentRefused`, naming every fault."""
    return deployment.deploy(
        session,
        pack_key=pack.manifest.key,
        files=pack.files,
        at=at,
        known_job_types=known_job_types,
        check_form=form_findings,
        look=surroundings_of,
        approver_rules=pack.manifest.approver_rules,
    )


def deploy_installed(session: Session, *, at: datetime, known_job_types: Collection[str]) -> list[BrokenPack]:
    """Deploy every installed pack and return those that were left out because they are broken."""
    broken = []
    for entry in entry_points(group=PACKS_GROUP):
        try:
            pack = read_pack(folder_of(entry))
            with session.begin_nested():
                deploy_pack(session, pack, at=at, known_job_types=known_job_types)
        except DatabaseFailure:
            raise  # no fault of the pack
        except PlatformError as error:
            broken.append(BrokenPack(entry.name, error))
    return broken


def form_findings(text: str, filename: str) -> list[Finding]:
    """Return what is wrong with a form."""
    try:
        compile_form(text, filename=filename)
    except FormRefused as refused:
        return list(refused.findings)
    return []
