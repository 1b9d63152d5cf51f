"""The tar file of a backup, written and read piece by piece; what is read is hostile until shown otherwise.

Reading knows plain files with names of ours and nothing else: no links, no folders, no extended headers, so that there
is no path to climb out of and nothing is held in memory that the archive chose the size of.
"""

import gzip
import hashlib
import tarfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import IO, cast

from engine.backups.errors import BackupDamaged
from engine.backups.manifest import LARGEST_MANIFEST, MANIFEST, MEMBER, UPLOADS, Manifest, Member, read_manifest

BLOCK = tarfile.BLOCKSIZE
PIECE = 1024 * 1024
LONGEST_TAIL = 1024 * 1024
COMPRESSED = (".tar.gz", ".tgz")
SUFFIXES = (".tar", *COMPRESSED)
CUT_OFF = "Bản sao lưu bị cắt cụt hoặc hỏng. / The backup is cut off or damaged."
GOES_ON = "Sau chỗ kết thúc bản sao lưu còn dữ liệu lạ. / Something follows the end of the backup."
Take = Callable[[str, int], IO[bytes]]
"""Opens the place where a member of this name and size is to go."""


class ArchiveWriter:
    """Writes members and remembers the checksum of each."""

    def __init__(self, tar: tarfile.TarFile, at: datetime) -> None:
        self._tar, self._at = tar, at
        self.members: dict[str, Member] = {}

    def add_file(self, name: str, path: Path) -> None:
        """Add a file from the disk."""
        with path.open("rb") as file:
            self._add(name, _Hashing(file), path.stat().st_size)

    def add(self, name: str, content: bytes) -> None:
        """Add what is in memory."""
        self._add(name, _Hashing(BytesIO(content)), len(content))

    def _add(self, name: str, source: "_Hashing", size: int) -> None:
        info = tarfile.TarInfo(name)
        info.size, info.mode, info.mtime = size, 0o600, int(self._at.timestamp())
        self._tar.addfile(info, source)
        self.members[name] = Member(source.sha256.hexdigest(), size)


class _Hashing:
    """A file that is hashed while it is read."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file, self.sha256 = file, hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        piece = self._file.read(size)
        self.sha256.update(piece)
        return piece


@contextmanager
def writing(file: IO[bytes], *, is_compressed: bool, at: datetime) -> Iterator[ArchiveWriter]:
    """Open an archive to write; GNU headers carry sizes of any length without extended ones."""
    mode = "w:gz" if is_compressed else "w"
    with tarfile.open(fileobj=file, mode=mode, format=tarfile.GNU_FORMAT) as tar:  # type: ignore[call-overload]
        yield ArchiveWriter(tar, at)


def unpack(path: Path, take: Take) -> Manifest:
    """Read an archive to its end and hand each member's content on; refuses with `BackupDamaged`.

    Every member must be one that the manifest names, with its checksum and size, and every one it names be there.
    """
    try:
        with _opened(path) as file:
            found, manifest = _members(file, take)
    except (EOFError, zlib.error, gzip.BadGzipFile, tarfile.TarError, UnicodeDecodeError) as error:
        raise BackupDamaged(CUT_OFF) from error
    for name in sorted(found.keys() | manifest.members.keys()):
        if found.get(name) != manifest.members.get(name):
            raise BackupDamaged(
                f"Tệp {name} trong bản sao lưu không khớp với manifest.json. / "
                f"The file {name} in the backup does not agree with its manifest.json."
            )
    return manifest


@contextmanager
def _opened(path: Path) -> Iterator[IO[bytes]]:
    with path.open("rb") as raw:
        is_compressed = raw.read(2) == b"\x1f\x8b"
        raw.seek(0)
        if not is_compressed:
            yield raw
            return
        with gzip.open(raw, "rb") as file:
            yield cast("IO[bytes]", file)


def _members(file: IO[bytes], take: Take) -> tuple[dict[str, Member], Manifest]:
    found: dict[str, Member] = {}
    manifest = None
    while (header := _exactly(file, BLOCK)) != bytes(BLOCK):
        info = tarfile.TarInfo.frombuf(header, "utf-8", "strict")
        if manifest is not None:
            raise BackupDamaged(GOES_ON)
        if info.name == MANIFEST and info.type == tarfile.REGTYPE and info.size <= LARGEST_MANIFEST:
            manifest = read_manifest(_padded(file, info.size))
            continue
        _must_be_ours(info, found)
        with take(info.name, info.size) as target:
            found[info.name] = _carried(file, info, target)
    if manifest is None:
        raise BackupDamaged(CUT_OFF)
    if len(file.read(LONGEST_TAIL)) == LONGEST_TAIL:  # to the end, where a compressed file has its own checksum
        raise BackupDamaged(GOES_ON)
    return found, manifest


def _must_be_ours(info: tarfile.TarInfo, found: dict[str, Member]) -> None:
    if info.type != tarfile.REGTYPE or not MEMBER.match(info.name) or info.name in found or info.size < 0:
        raise BackupDamaged(
            f"Bản sao lưu chứa thứ không thuộc về nó: {info.name[:80]!r}. / "
            f"The backup holds what does not belong there: {info.name[:80]!r}."
        )


def _carried(file: IO[bytes], info: tarfile.TarInfo, target: IO[bytes]) -> Member:
    digest, left = hashlib.sha256(), info.size
    while left:
        piece = _exactly(file, min(PIECE, left))
        digest.update(piece)
        target.write(piece)
        left -= len(piece)
    _exactly(file, -info.size % BLOCK)
    if info.name.startswith(UPLOADS) and digest.hexdigest() != info.name[-64:]:
        raise BackupDamaged(f"{info.name}: nội dung không khớp với tên. / The content is not what its name says.")
    return Member(digest.hexdigest(), info.size)


def _padded(file: IO[bytes], size: int) -> bytes:
    content = _exactly(file, size)
    _exactly(file, -size % BLOCK)
    return content


def _exactly(file: IO[bytes], size: int) -> bytes:
    """Read so many bytes; refuses with `BackupDamaged` when there are fewer."""
    content = file.read(size)
    if len(content) != size:
        raise BackupDamaged(CUT_OFF)
    return content
