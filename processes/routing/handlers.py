"""The steps of the routing diagrams that a machine does: the register gives the number."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path

from engine import directory, numbering
from engine.hooks import BpmnError, JobCall, JobType, hookimpl
from engine.model import JobPriority
from engine.runtime import OFFICE_ZONE
from processes.routing.model import OutgoingDocument

HERE = Path(__file__).parent
WITHOUT_ABBREVIATION = frozenset({"CV", "thu_cong"})  # công văn, thư công (NĐ 30/2020, Phụ lục III)


@hookimpl
def job_types() -> Mapping[str, JobType]:
    """Offer the steps that the routing diagrams call; whoever signed or sends waits for the number."""
    return {"routing.register_document": JobType(register_document, priority=JobPriority.PROMPT)}


@hookimpl
def migrations() -> Path:
    """Return the folder of the register's revisions."""
    return HERE / "migrations"


def register_document(call: JobCall) -> Mapping[str, object]:
    """Give the document its number and enter it into the register (lấy số, vào sổ; NĐ 30/2020 Điều 15–16).

    One series per document type and year; a transaction that fails gives its number back. Returns `document_number`.
    """
    variables = call.variables
    issued_on = _issued_on(call)
    document_type = str(variables["document_type"])
    people = directory.current(call.session, on=call.at.astimezone(OFFICE_ZONE).date())
    agency = list(people.ancestors(call.instance.started_unit))[-1]
    number = numbering.next_number(call.session, series=f"outgoing:{document_type}", year=issued_on.year)
    notation = _notation(number, document_type, agency, call.instance.started_unit)
    signer = people.people.get(str(variables.get("signer")))
    call.session.add(
        OutgoingDocument(
            series=document_type,
            year=issued_on.year,
            number=number,
            notation=notation,
            issued_on=issued_on,
            document_type=document_type,
            abstract=str(variables["abstract"]),
            signer=signer.full_name if signer else "",
            recipients=str(variables.get("recipients") or ""),
            instance_id=call.instance.id,
            registered_at=call.at,
        )
    )
    return {"document_number": notation}


def _issued_on(call: JobCall) -> date:
    text = str(call.variables.get("issued_on") or "")
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise BpmnError("issue_date_invalid", f"The date of issue is no date: {text[:20]}") from error


def _notation(number: int, document_type: str, agency: str, unit_code: str) -> str:
    """Write number and notation (NĐ 30/2020, Phụ lục III): `05/BB-SCT`, a letter `45/SCT-VPS`."""
    if document_type in WITHOUT_ABBREVIATION:
        return f"{number:02d}/{agency}-{unit_code.rpartition('.')[2]}"
    return f"{number:02d}/{document_type}-{agency}"
