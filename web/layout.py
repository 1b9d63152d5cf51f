"""Draws diagrams that have no layout, with `bpmn-auto-layout` under Node, where both are installed."""

import shutil
import subprocess
from pathlib import Path

FRONTEND = Path(__file__).resolve().parent / "frontend"
SECONDS = 30


def lay_out(xml: bytes) -> bytes | None:
    """Return the diagram with a drawing; None where Node or the package is missing, or it cannot draw this one."""
    node = shutil.which("node")
    if node is None or not (FRONTEND / "node_modules" / "bpmn-auto-layout").is_dir():
        return None
    try:
        done = subprocess.run(  # noqa: S603 - our own script; the diagram comes in as data
            [node, "layout.mjs"], cwd=FRONTEND, input=xml, capture_output=True, check=True, timeout=SECONDS
        )
    except (subprocess.SubprocessError, OSError):
        return None
    return done.stdout if b"BPMNDiagram" in done.stdout else None
