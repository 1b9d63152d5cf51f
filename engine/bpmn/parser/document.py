"""Bytes from outside to an XML tree, with no network, no entities and no surprises."""

import re

from lxml import etree

from engine.bpmn.parser.findings import Findings

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
ZEEBE = "http://camunda.org/schema/zeebe/1.0"
MOST_BYTES = 5_000_000
_ENCODINGS = {"UTF-8", "UTF-16", "UTF-16LE", "UTF-16BE", "ASCII", "US-ASCII", "ISO-8859-1"}
_DOCTYPE = [
    part.encode(encoding) for part in ("<!DOCTYPE", "<!ENTITY") for encoding in ("ascii", "utf-16-le", "utf-16-be")
]
_DECLARED = re.compile(rb"^\s*<\?xml[^>]*encoding=[\"']([A-Za-z0-9._-]+)[\"']")


def read_document(xml: bytes, findings: Findings) -> etree._Element:
    """Return the root element; raises `DiagramRefused` when there is nothing to go on with."""
    if len(xml) > MOST_BYTES:
        findings.add(
            "too_large",
            None,
            (f"Tệp lớn hơn {MOST_BYTES // 1_000_000} MB.", f"The file is larger than {MOST_BYTES // 1_000_000} MB."),
            ("Hãy tách sơ đồ thành nhiều tệp.", "Split the diagram into several files."),
        )
    declared = _DECLARED.match(xml)
    if any(part in xml for part in _DOCTYPE) or (declared and declared[1].decode().upper() not in _ENCODINGS):
        findings.add(
            "doctype",
            None,
            (
                "Tệp có khai báo DOCTYPE, thực thể hoặc bảng mã lạ; các phần này bị cấm.",
                "The file has a DOCTYPE, entities or an unusual encoding; these are forbidden.",
            ),
            ("Hãy xuất lại sơ đồ từ trình vẽ BPMN, dạng UTF-8.", "Export it again from a BPMN modeler, as UTF-8."),
        )
    findings.stop_on_errors()
    root = _parsed(xml, findings)
    if root is None or root.tag != f"{{{BPMN}}}definitions":
        findings.add(
            "not_bpmn",
            root,
            ("Tệp không phải là sơ đồ BPMN 2.0.", "The file is no BPMN 2.0 diagram."),
            ("Hãy chọn tệp .bpmn xuất từ trình vẽ.", "Choose a .bpmn file exported by a modeler."),
        )
    findings.stop_on_errors()
    assert root is not None  # noqa: S101 - stop_on_errors raised otherwise
    return root


def _parsed(xml: bytes, findings: Findings) -> etree._Element | None:
    """Parse with everything switched off that reads beyond the bytes."""
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(xml, parser)
    except etree.XMLSyntaxError as error:
        findings.add(
            "not_xml",
            None,
            (
                f"Tệp không phải là XML đúng cú pháp (dòng {error.lineno}).",
                f"The file is no well-formed XML (line {error.lineno}): {error.msg}.",
            ),
            ("Hãy xuất lại sơ đồ từ trình vẽ BPMN.", "Export the diagram again from a BPMN modeler."),
        )
        return None
    return None if root.getroottree().docinfo.internalDTD is not None else root


def local(node: etree._Element) -> str:
    """Return a BPMN node's tag without namespace; tags of other namespaces keep theirs."""
    tag = str(node.tag)
    return tag.removeprefix(f"{{{BPMN}}}")


def bpmn_children(node: etree._Element, name: str) -> list[etree._Element]:
    """Return the child elements of one BPMN tag."""
    return node.findall(f"{{{BPMN}}}{name}")


def reference(node: etree._Element, attribute: str) -> str | None:
    """Return a QName or IDREF attribute without its prefix, when the prefix is one the document declares."""
    return without_prefix(node, node.get(attribute))


def without_prefix(node: etree._Element, text: str | None) -> str | None:
    """Return a QName's local part."""
    if text is None or not text.strip():
        return None
    prefix, separator, name = text.strip().partition(":")
    return name if separator and prefix in node.nsmap else text.strip()
