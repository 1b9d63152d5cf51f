"""Opening a zip that may be hostile: nothing is unpacked before its sizes are known to be bounded."""

import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO

from engine.directory_files.raw import LARGEST_UNPACKED, FileDamaged

MOST_ENTRIES = 500
ENCRYPTED = 0x1
OLE_MAGIC = b"\xd0\xcf\x11\xe0"
"""How a workbook with a password begins, and one of the Excel before 2007."""


@contextmanager
def opened(content: bytes) -> Iterator[zipfile.ZipFile]:
    """Open an archive in memory; refuses with `FileDamaged`.

    zipfile hands out no more bytes of an entry than the directory of the archive declares, so their sum is the bound.
    """
    if content.startswith(OLE_MAGIC):
        raise FileDamaged("file.encrypted")
    try:
        archive = zipfile.ZipFile(BytesIO(content))
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OverflowError) as error:
        raise FileDamaged("file.kind") from error
    with archive:
        entries = archive.infolist()
        if len(entries) > MOST_ENTRIES or sum(entry.file_size for entry in entries) > LARGEST_UNPACKED:
            raise FileDamaged("file.too_large", most=LARGEST_UNPACKED // 1024 // 1024)
        if any(entry.flag_bits & ENCRYPTED for entry in entries):
            raise FileDamaged("file.encrypted")
        yield archive
