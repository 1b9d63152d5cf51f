"""The archive of a backup: what is read is hostile until shown otherwise."""

import gzip
import hashlib
import tarfile
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import IO, Any

import pytest
import simplejson

from engine.backups import BackupDamaged, BackupTooLarge, archive, restoring
from engine.backups.manifest import Manifest, Member

MOMENT = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
PAPER = b"%PDF-1.4 bien ban"
SHA = hashlib.sha256(PAPER).hexdigest()
UPLOAD = f"uploads/{SHA[:2]}/{SHA}"
SOUND = {"database.sqlite": b"not looked at here", UPLOAD: PAPER}
Change = Callable[[tarfile.TarInfo], None]


def manifest_of(files: Mapping[str, bytes], **changed: Any) -> bytes:
    listed = {
        name: {"sha256": hashlib.sha256(content).hexdigest(), "size": len(content)} for name, content in files.items()
    }
    said = {
        "format": 1,
        "made_at": MOMENT.isoformat(),
        "program": "0.1.0",
        "kind": "sqlite",
        "revisions": ["engine_0004"],
        "counts": {},
        "missing": [],
        "members": listed,
    }
    return simplejson.dumps(said | changed).encode()


def add(tar: tarfile.TarFile, name: str, content: bytes, change: Change = lambda _: None) -> None:
    info = tarfile.TarInfo(name)
    info.size = len(content)
    change(info)
    tar.addfile(info, BytesIO(content) if info.isreg() else None)


def written(path: Path, members: Mapping[str, bytes], manifest: bytes | None = None) -> Path:
    """Write an archive with these members and, unless told otherwise, a manifest that fits them."""
    with tarfile.open(path, "w", format=tarfile.GNU_FORMAT) as tar:
        for name, content in members.items():
            add(tar, name, content)
        add(tar, "manifest.json", manifest_of(members) if manifest is None else manifest)
    return path


def unpack(path: Path, folder: Path) -> Manifest:
    """Unpack as restoring does."""
    folder.mkdir(exist_ok=True)
    return archive.unpack(path, restoring.Unpacking(folder).take)


def files_in(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def test_what_was_written_is_read_back_to_the_last_byte(tmp_path: Path) -> None:
    path = tmp_path / "backup.tar.gz"
    with path.open("wb") as file, archive.writing(file, is_compressed=True, at=MOMENT) as writer:
        for name, content in SOUND.items():
            writer.add(name, content)
        writer.add("manifest.json", manifest_of(SOUND))

    manifest = unpack(path, tmp_path / "out")

    assert manifest.made_at == MOMENT
    assert manifest.members[UPLOAD] == Member(SHA, len(PAPER))
    assert (tmp_path / "out" / UPLOAD).read_bytes() == PAPER
    assert files_in(tmp_path / "out") == sorted(SOUND)


@pytest.mark.parametrize(
    "name",
    [
        "../outside",
        "/etc/outside",
        "uploads/../../outside",
        f"uploads/{SHA[:2]}/../{SHA}",
        f"uploads/zz/{SHA}",
        f"uploads/00/{SHA}",
        "uploads",
        "instance/database.sqlite",
        "database.sqlite\0.txt",
        "DATABASE.SQLITE",
        "",
    ],
)
def test_a_name_that_is_none_of_ours_is_refused_and_nothing_lands_outside(tmp_path: Path, name: str) -> None:
    path = written(tmp_path / "hostile.tar", {**SOUND, name: b"x"})

    with pytest.raises(BackupDamaged):
        unpack(path, tmp_path / "out")

    assert set(files_in(tmp_path)) <= {"hostile.tar", *(f"out/{each}" for each in SOUND)}


@pytest.mark.parametrize(
    "kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.DIRTYPE, tarfile.FIFOTYPE, tarfile.CHRTYPE, b"g", b"S"]
)
def test_links_devices_folders_and_extended_headers_are_refused(tmp_path: Path, kind: bytes) -> None:
    def change(info: tarfile.TarInfo) -> None:
        info.type, info.linkname = kind, "../../outside"

    path = tmp_path / "hostile.tar"
    with tarfile.open(path, "w", format=tarfile.GNU_FORMAT) as tar:
        add(tar, UPLOAD, b"", change)
        add(tar, "manifest.json", manifest_of(SOUND))

    with pytest.raises(BackupDamaged):
        unpack(path, tmp_path / "out")

    assert files_in(tmp_path) == ["hostile.tar"]


def test_a_name_too_long_for_a_plain_header_is_refused_unread(tmp_path: Path) -> None:
    path = written(tmp_path / "hostile.tar", {**SOUND, "uploads/" + "a" * 5000: b"x"})

    with pytest.raises(BackupDamaged, match="LongLink"):
        unpack(path, tmp_path / "out")


def test_a_member_that_comes_twice_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "hostile.tar"
    with tarfile.open(path, "w", format=tarfile.GNU_FORMAT) as tar:
        for content in (b"first", b"second"):
            add(tar, "database.sqlite", content)
        add(tar, "manifest.json", manifest_of(SOUND))

    with pytest.raises(BackupDamaged):
        unpack(path, tmp_path / "out")


@pytest.mark.parametrize("name", list(SOUND))
def test_a_member_the_manifest_does_not_agree_with_is_named(tmp_path: Path, name: str) -> None:
    path = written(tmp_path / "changed.tar", SOUND, manifest_of({**SOUND, name: b"as it was"}))

    with pytest.raises(BackupDamaged, match=name):
        unpack(path, tmp_path / "out")


def test_a_member_that_is_not_in_the_manifest_and_one_that_is_missing_are_refused(tmp_path: Path) -> None:
    more = written(tmp_path / "more.tar", SOUND, manifest_of({"database.sqlite": SOUND["database.sqlite"]}))
    fewer = written(tmp_path / "fewer.tar", {"database.sqlite": SOUND["database.sqlite"]}, manifest_of(SOUND))

    for path in (more, fewer):
        with pytest.raises(BackupDamaged, match=UPLOAD):
            unpack(path, tmp_path / path.stem)


def test_a_content_that_is_not_what_its_name_says_is_refused_even_if_the_manifest_agrees(tmp_path: Path) -> None:
    path = written(tmp_path / "forged.tar", {**SOUND, UPLOAD: b"forged"})

    with pytest.raises(BackupDamaged, match="what its name says"):
        unpack(path, tmp_path / "out")


@pytest.mark.parametrize("is_compressed", [False, True])
@pytest.mark.parametrize("part", [0.1, 0.5, 0.9])
def test_half_an_archive_is_no_archive(tmp_path: Path, part: float, *, is_compressed: bool) -> None:
    whole = written(tmp_path / "whole.tar", SOUND).read_bytes().rstrip(b"\0")
    whole = gzip.compress(whole) if is_compressed else whole
    path = tmp_path / "half.tar"
    path.write_bytes(whole[: int(len(whole) * part)])

    with pytest.raises(BackupDamaged):
        unpack(path, tmp_path / "out")


def test_an_archive_without_manifest_is_no_archive(tmp_path: Path) -> None:
    path = tmp_path / "bare.tar"
    with tarfile.open(path, "w", format=tarfile.GNU_FORMAT) as tar:
        add(tar, UPLOAD, PAPER)

    with pytest.raises(BackupDamaged, match="cut off"):
        unpack(path, tmp_path / "out")


def test_one_changed_byte_of_a_compressed_archive_is_found(tmp_path: Path) -> None:
    content = bytearray(gzip.compress(written(tmp_path / "whole.tar", SOUND).read_bytes(), compresslevel=0))
    path = tmp_path / "changed.tar.gz"

    for place in range(20, len(content) - 8, 701):
        content[place] ^= 1
        path.write_bytes(content)
        content[place] ^= 1
        with pytest.raises(BackupDamaged):
            unpack(path, tmp_path / f"out{place}")


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"\x1f\x8b", b"x" * 3000, bytes(10240)])
def test_what_is_no_archive_at_all_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "other.tar"
    path.write_bytes(content)

    with pytest.raises(BackupDamaged):
        unpack(path, tmp_path / "out")


@pytest.mark.parametrize(
    "manifest",
    [
        b"",
        b"[]",
        b"{",
        b"[" * 100_000,
        manifest_of(SOUND, format=2),
        manifest_of(SOUND, kind="oracle"),
        manifest_of(SOUND, made_at="yesterday"),
        manifest_of(SOUND, members={"../outside": {"sha256": SHA, "size": 1}}),
        manifest_of(SOUND, members={UPLOAD: {"sha256": "short", "size": 1}}),
        manifest_of(SOUND, members={UPLOAD: {"sha256": SHA, "size": -1}}),
    ],
)
def test_a_manifest_that_says_something_else_is_refused(tmp_path: Path, manifest: bytes) -> None:
    path = written(tmp_path / "hostile.tar", SOUND, manifest)

    with pytest.raises(BackupDamaged):
        unpack(path, tmp_path / "out")


def test_something_after_the_manifest_or_after_the_end_is_refused(tmp_path: Path) -> None:
    after_manifest, after_end = tmp_path / "a.tar", tmp_path / "b.tar"
    with tarfile.open(after_manifest, "w", format=tarfile.GNU_FORMAT) as tar:
        add(tar, "manifest.json", manifest_of({}))
        add(tar, UPLOAD, PAPER)
    after_end.write_bytes(gzip.compress(written(tmp_path / "c.tar", SOUND).read_bytes() + bytes(4 * 1024 * 1024)))

    for path in (after_manifest, after_end):
        with pytest.raises(BackupDamaged, match="follows the end"):
            unpack(path, tmp_path / path.stem)


def test_an_archive_that_unpacks_to_more_than_the_disk_holds_is_refused_before_it_is_written(tmp_path: Path) -> None:
    def change(info: tarfile.TarInfo) -> None:
        info.size = 2**60

    path = tmp_path / "bomb.tar"
    header = tarfile.TarInfo("database.sqlite")
    change(header)
    path.write_bytes(header.tobuf(tarfile.GNU_FORMAT) + bytes(2048))

    with pytest.raises(BackupTooLarge):
        unpack(path, tmp_path / "out")

    assert files_in(tmp_path) == ["bomb.tar"]


def test_a_manifest_of_any_size_is_not_read_into_memory(tmp_path: Path) -> None:
    header = tarfile.TarInfo("manifest.json")
    header.size = 2**40
    path = tmp_path / "bomb.tar"
    path.write_bytes(header.tobuf(tarfile.GNU_FORMAT) + bytes(2048))

    def take(_name: str, _size: int) -> IO[bytes]:
        raise AssertionError("nothing is to be written")

    with pytest.raises(BackupDamaged):
        archive.unpack(path, take)
