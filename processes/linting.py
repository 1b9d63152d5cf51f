"""Lint of files on disk: what is named is judged, what lies beside it counts as deployed with it."""

from collections.abc import Collection, Iterable
from pathlib import Path

from engine import deployment
from engine.directory import Directory
from engine.wording import Finding
from processes.catalogue import DEPLOYED_SUFFIXES, form_findings
from processes.manifest import read_manifest
from processes.surroundings import surroundings_of

MANIFEST = "pack.toml"
FORMS = "forms"


def lint_files(
    paths: Iterable[Path], *, known_job_types: Collection[str] | None, directory: Directory | None = None
) -> list[Finding]:
    """Return what is wrong or dubious in files and folders, each with the path of its file.

    `known_job_types` None leaves job types unchecked; those that a pack's manifest promises count as known. With a
    `directory` the units, positions and people that diagrams name are looked up in it.
    """
    named = {path for given in paths for path in _listed(given)}
    found: list[Finding] = []
    for folder in sorted({_home(path) for path in named}):
        files = {str(path): path.read_bytes() for path in {*_beside(folder), *(p for p in named if _home(p) == folder)}}
        offered = None if known_job_types is None else {*known_job_types, *_promised(folder)}
        around = surroundings_of(files, directory)
        found += deployment.check(files, known_job_types=offered, check_form=form_findings, surroundings=around)
    return [finding for finding in found if Path(finding.file) in named]


def _listed(path: Path) -> list[Path]:
    if path.is_dir():
        return sorted(each for each in path.rglob("*") if each.suffix in DEPLOYED_SUFFIXES)
    return [path]


def _home(path: Path) -> Path:
    """Return the folder of the pack that a file is in, else the file's own folder, from `forms` the one above."""
    pack = next((folder for folder in path.parents if (folder / MANIFEST).is_file()), None)
    if pack is None:
        return path.parent.parent if path.parent.name == FORMS else path.parent
    return pack


def _beside(folder: Path) -> list[Path]:
    """Return the files that are deployed together: all of a pack, else those directly in the folder or its `forms`."""
    if (folder / MANIFEST).is_file():
        return _listed(folder)
    beside = [*folder.iterdir(), *(folder / FORMS).glob("*.form")]
    return sorted(each for each in beside if each.suffix in DEPLOYED_SUFFIXES and each.is_file())


def _promised(folder: Path) -> tuple[str, ...]:
    manifest = folder / MANIFEST
    return read_manifest(manifest.read_text(encoding="utf-8")).job_types if manifest.is_file() else ()
