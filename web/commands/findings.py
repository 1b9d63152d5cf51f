"""Findings in a terminal: lines that people read, or JSON."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import simplejson

from engine.wording import Bilingual, Finding, Severity

_SEVERITIES: Mapping[Severity, Bilingual] = {
    Severity.ERROR: Bilingual("LỖI", "ERROR"),
    Severity.WARNING: Bilingual("Cảnh báo", "Warning"),
    Severity.HINT: Bilingual("Gợi ý", "Hint"),
}


def as_lines(findings: Sequence[Finding], language: str) -> list[str]:
    """Return a table: severity, place, element and sentence; the remedy and the rule below each."""
    rows = [(_SEVERITIES[each.severity].said(language), _place(each), each.element_id or "–") for each in findings]
    widths = [max((len(row[column]) for row in rows), default=0) for column in range(3)]
    lines = []
    for row, finding in zip(rows, findings, strict=True):
        cells = "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        indent = " " * (widths[0] + 2)
        lines += [f"{cells}  {finding.message.said(language)}"]
        lines += [f"{indent}→ {finding.remedy.said(language)}  [{finding.code}]"]
    return lines


def as_json(findings: Iterable[Finding]) -> str:
    """Return a list of objects with every sentence in both languages."""
    return simplejson.dumps([_object(each) for each in findings], ensure_ascii=False, indent=2)


def counted(findings: Sequence[Finding], language: str) -> str:
    """Return the last line: how many of each severity."""
    if not findings:
        return Bilingual("Không thấy gì cần sửa.", "Nothing to mend.").said(language)
    counts = {severity: sum(each.severity is severity for each in findings) for severity in Severity}
    said = Bilingual(
        f"{counts[Severity.ERROR]} lỗi, {counts[Severity.WARNING]} cảnh báo, {counts[Severity.HINT]} gợi ý.",
        f"{counts[Severity.ERROR]} errors, {counts[Severity.WARNING]} warnings, {counts[Severity.HINT]} hints.",
    )
    return said.said(language)


def _place(finding: Finding) -> str:
    return finding.file if finding.line is None else f"{finding.file}:{finding.line}"


def _object(finding: Finding) -> dict[str, Any]:
    return {
        "file": finding.file,
        "line": finding.line,
        "element_id": finding.element_id,
        "severity": finding.severity.value,
        "code": finding.code,
        "message": finding.message._asdict(),
        "remedy": finding.remedy._asdict(),
    }
