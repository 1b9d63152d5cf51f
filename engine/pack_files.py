"""The files of a pack as they are published: its newest deployment, and whose hand each file is of."""

import hashlib
from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import database
from engine.model import Deployment, Origin


def take_turn(session: Session) -> None:
    """Wait until nobody else changes a pack or a draft of its files; what is read of them then stays true.

    One turn for all packs: no two of them may bring the same process.
    """
    database.take_turn(session, "packs")


def newest(session: Session, pack_key: str) -> Deployment | None:
    """Return the newest deployment of a pack, `None` when nothing of it was ever deployed."""
    return session.scalar(
        select(Deployment).where(Deployment.pack_key == pack_key).order_by(Deployment.number.desc()).limit(1)
    )


def newest_installed(session: Session, pack_key: str) -> Deployment | None:
    """Return the newest deployment of a pack that took in its installed files."""
    return session.scalar(
        select(Deployment)
        .where(Deployment.pack_key == pack_key, Deployment.shipped_checksum.is_not(None))
        .order_by(Deployment.number.desc())
        .limit(1)
    )


def contents(deployment: Deployment | None) -> dict[str, bytes]:
    """Return the files of a deployment by name."""
    return {each.name: each.content for each in deployment.resources} if deployment else {}


def written_here(deployment: Deployment | None) -> dict[str, bytes]:
    """Return the files of a deployment whose content was written in the studio of this office."""
    resources = deployment.resources if deployment else []
    return {each.name: each.content for each in resources if each.origin is Origin.STUDIO}


def checksum_of(files: Mapping[str, bytes]) -> str:
    """Return the SHA-256 over the names and contents of files."""
    return hashlib.sha256("\n".join(f"{name} {digest(files[name])}" for name in sorted(files)).encode()).hexdigest()


def digest(content: bytes) -> str:
    """Return the SHA-256 of a content."""
    return hashlib.sha256(content).hexdigest()
