"""Bytes from outside to an XML tree whose DMN elements are named alike, whichever version of DMN wrote them."""

import re
import unicodedata
from collections.abc import Iterator

from lxml import etree

from engine.dmn.findings import Findings

MOST_BYTES = 5_000_000
MODEL_NAMESPACES = frozenset(
    {
        "http://www.omg.org/spec/DMN/20151101/dmn.xsd",  # 1.1
        "http://www.omg.org/spec/DMN/20151101/dmn11.xsd",  # 1.1 as some modelers write it
        "http://www.omg.org/spec/DMN/20180521/MODEL/",  # 1.2
        "https://www.omg.org/spec/DMN/20191111/MODEL/",  # 1.3
        "https://www.omg.org/spec/DMN/20211108/MODEL/",  # 1.4
        "https://www.omg.org/spec/DMN/20230324/MODEL/",  # 1.5
    }
)
_ENCODINGS = {"UTF-8", "UTF-16", "UTF-16LE", "UTF-16BE", "ASCII", "US-ASCII", "ISO-8859-1"}
_DOCTYPE = [
    part.encode(encoding) for part in ("<!DOCTYPE", "<!ENTITY") for encoding in ("ascii", "utf-16-le", "utf-16-be")
]
_DECLARED = re.compile(rb"^\s*<\?xml[^>]*encoding=[\"']([A-Za-z0-9._-]+)[\"']")
_EXPORT = (
    "Hãy xuất lại tệp từ trình soạn bảng quyết định, dạng UTF-8.",
    "Export the file again from a DMN modeler, as UTF-8.",
)


def read_document(content: bytes, findings: Findings) -> etree._Element:
    """Return the root element; raises `DecisionsRefused` when there is nothing to go on with.

    Nothing beyond the bytes is read. DMN's elements get their bare names, all others keep their namespace.
    """
    _check_bytes(content, findings)
    findings.stop_on_errors()
    root = _parsed(content, findings)
    findings.stop_on_errors()
    if root is None or etree.QName(root).namespace not in MODEL_NAMESPACES or local(root) != "definitions":
        findings.add(
            "not_dmn",
            root,
            ("Tệp không phải là tệp DMN từ bản 1.1 đến 1.5.", "The file is no DMN file of version 1.1 to 1.5."),
            ("Hãy chọn tệp .dmn xuất từ trình soạn bảng quyết định.", "Choose a .dmn file exported by a modeler."),
        )
    findings.stop_on_errors()
    assert root is not None  # noqa: S101 - stop_on_errors raised otherwise
    for node in root.iter(etree.Element):
        if etree.QName(node).namespace in MODEL_NAMESPACES:
            node.tag = local(node)
    return root


def _check_bytes(content: bytes, findings: Findings) -> None:
    if len(content) > MOST_BYTES:
        findings.add(
            "too_large",
            None,
            (f"Tệp lớn hơn {MOST_BYTES // 1_000_000} MB.", f"The file is larger than {MOST_BYTES // 1_000_000} MB."),
            ("Hãy tách các quyết định thành nhiều tệp.", "Split the decisions into several files."),
        )
    declared = _DECLARED.match(content)
    if any(part in content for part in _DOCTYPE) or (declared and declared[1].decode().upper() not in _ENCODINGS):
        findings.add(
            "doctype",
            None,
            (
                "Tệp có khai báo DOCTYPE, thực thể hoặc bảng mã lạ; các phần này bị cấm.",
                "The file has a DOCTYPE, entities or an unusual encoding; these are forbidden.",
            ),
            _EXPORT,
        )


def _parsed(content: bytes, findings: Findings) -> etree._Element | None:
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
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        findings.add(
            "not_xml",
            None,
            (
                f"Tệp không phải là XML đúng cú pháp (dòng {error.lineno}).",
                f"The file is no well-formed XML (line {error.lineno}): {error.msg}.",
            ),
            _EXPORT,
        )
        return None
    return None if root.getroottree().docinfo.internalDTD is not None else root


def local(node: etree._Element) -> str:
    """Return a tag without its namespace."""
    return etree.QName(node).localname


def elements(node: etree._Element) -> Iterator[etree._Element]:
    """Iterate over the child elements that are DMN's own."""
    return (child for child in node.iterchildren(etree.Element) if not str(child.tag).startswith("{"))


def text_of(node: etree._Element | None) -> str:
    """Return the FEEL text inside a node's `text` child, in NFC and without blanks around it."""
    if node is None:
        return ""
    return unicodedata.normalize("NFC", (node.findtext("text") or "").strip())


def clean(name: str | None) -> str:
    """Return a name as FEEL compares it: in NFC, with single blanks."""
    return unicodedata.normalize("NFC", " ".join((name or "").split()))


def name_of(node: etree._Element | None) -> str:
    """Return the name of an element, empty if it has none."""
    return "" if node is None else clean(node.get("name"))
