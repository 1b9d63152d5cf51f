"""Whose an element or attribute is: the dialects that are carried over, and what only belongs to the drawing."""

from collections.abc import Mapping

from lxml import etree

from engine.bpmn.parser.document import BPMN, ZEEBE

DIALECTS: Mapping[str, str] = {
    "http://camunda.org/schema/1.0/bpmn": "camunda",
    "http://operaton.org/schema/1.0/bpmn": "operaton",
    "http://flowable.org/bpmn": "flowable",
    "http://activiti.org/bpmn": "activiti",
}
"""The namespaces of the engines whose diagrams are imported, with the prefix that the report uses."""

MODELER = "http://camunda.org/schema/modeler/1.0"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
DRAWING = (
    "http://www.omg.org/spec/BPMN/20100524/DI",
    "http://www.omg.org/spec/DD/20100524/",
    "http://bpmn.io/schema/bpmn/biocolor/1.0",
    "http://www.omg.org/spec/BPMN/non-normative/color/1.0",
)
_OWN = {BPMN, ZEEBE, XSI, "http://www.w3.org/XML/1998/namespace"}


def dialect(name: str) -> str | None:
    """Return the dialect of an element's or attribute's full name, None for any other namespace."""
    return DIALECTS.get(etree.QName(name).namespace or "")


def is_foreign(name: str) -> bool:
    """Say whether a full name is neither BPMN nor ours nor part of the drawing."""
    namespace = etree.QName(name).namespace
    return namespace is not None and namespace not in _OWN and not namespace.startswith(DRAWING)


def shown(node: etree._Element, name: str) -> str:
    """Return a full name as the report shows it: `camunda:assignee`, with the file's own prefix for others."""
    qname = etree.QName(name)
    known = DIALECTS.get(qname.namespace or "")
    if known is None:
        known = next((prefix for prefix, uri in node.nsmap.items() if prefix and uri == qname.namespace), None)
    return f"{known}:{qname.localname}" if known else qname.localname


def local(node: etree._Element) -> str:
    """Return an element's name without namespace."""
    return etree.QName(node).localname
