"""The work that is measured: minutes signed by five people, over three units, on the shipped diagram."""

import json
from collections.abc import Mapping

PROCESS = "joint_minutes"
DRAFTER = "ngo.minh"
CHAIN = ("TT.KCTVPTCN", "P.KHTCTH", "P.KTQLNL")
SIGNERS = ("nguyen.thu", "vu.ha", "hoang.lan", "tran.hanh", "pham.bao")
PAPERS = {"bien-ban.pdf": b"%PDF-1.4 bien ban", "phu-luc.pdf": b"%PDF-1.4 phu luc"}

DRAFT: Mapping[str, object] = {
    "document_type": "BB",
    "abstract": "Biên bản bàn giao xe ô tô biển số 60A-123.45",
    "submitter": SIGNERS[0],
    "signer": SIGNERS[-1],
    "chain": list(CHAIN),
    "urgency": "normal",
    "secrecy": "normal",
}
SIGNED: Mapping[str, object] = {"document_type": "BB", "urgency": "normal"}
"""What the browser sends with a signature: the fields the form shows for reading."""


def fields(outcome: str, values: Mapping[str, object]) -> dict[str, str]:
    """Return the fields of the form that completes a task."""
    return {"outcome": outcome, "data": json.dumps(values, ensure_ascii=False), "reason": ""}
