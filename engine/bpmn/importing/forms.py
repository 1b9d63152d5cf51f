"""Forms: embedded form fields become a form-js file, form keys and references a form id."""

import re
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

import simplejson
from lxml import etree

from engine.bpmn.importing.juel import has_expression
from engine.bpmn.importing.namespaces import shown
from engine.bpmn.importing.work import Work
from engine.bpmn.parser.document import BPMN
from engine.wording import Bilingual

_TYPES: Mapping[str, dict[str, Any]] = {
    "string": {"type": "textfield"},
    "long": {"type": "number", "decimalDigits": 0},
    "integer": {"type": "number", "decimalDigits": 0},
    "int": {"type": "number", "decimalDigits": 0},
    "double": {"type": "number"},
    "boolean": {"type": "checkbox"},
    "date": {"type": "datetime", "subtype": "date", "dateLabel": ""},
    "enum": {"type": "select"},
}
_LIMITS: Mapping[str, str] = {"minlength": "minLength", "maxlength": "maxLength", "min": "min", "max": "max"}
_NUMBERS = {"number"}
_LONGEST_ID = 90


def form(node: etree._Element, work: Work) -> None:
    """Carry over the form of a user task or start event."""
    fields = [*_fields(node, work, "formField"), *_fields(node, work, "formProperty")]
    key = work.take(node, "formRef", "zeebe:formDefinition") or work.take(node, "formKey", "zeebe:formDefinition")
    if fields:
        form_id = _own_form_id(node)
        work.extension(node, "formDefinition", formId=form_id)
        schema = {"id": form_id, "type": "default", "schemaVersion": 18, "components": fields}
        work.forms[f"{form_id}.form"] = simplejson.dumps(schema, ensure_ascii=False, indent=2) + "\n"
    elif key:
        form_id = _form_id(key)
        work.extension(node, "formDefinition", formId=form_id)
        work.open(
            node,
            "formKey",
            (
                f"Biểu mẫu “{key}” cần vẽ lại thành “{form_id}”.",
                f"The form “{key}” has to be redrawn as “{form_id}”.",
            ),
            Bilingual("Hãy vẽ biểu mẫu có mã này bằng trình soạn biểu mẫu.", "Draw a form with this id."),
        )


def _own_form_id(node: etree._Element) -> str:
    """Return an id for the form of an element that no form of another imported process has, fit to name a file."""
    process = next((each.get("id") for each in node.iterancestors(f"{{{BPMN}}}process")), None)
    said = "_".join(filter(None, [process, node.get("id"), "form"]))
    safe = re.sub(r"[^\w.-]", "_", said)
    is_new = safe != said or len(safe) > _LONGEST_ID
    return f"{safe[:_LONGEST_ID]}_{sha256(said.encode()).hexdigest()[:8]}" if is_new else safe


def _form_id(key: str) -> str:
    """Return an id for a key such as `embedded:app:forms/approve.html` or `camunda-forms:deployment:ask.form`."""
    last = re.split(r"[/:]", key.strip())[-1]
    return re.sub(r"[^\w.-]", "_", re.sub(r"\.(html?|form|xhtml|jsf?)$", "", last)) or "form"


def _fields(node: etree._Element, work: Work, tag: str) -> list[dict[str, Any]]:
    holders = [*work.children(node, "formData"), node]
    found = []
    for holder in holders:
        for field in list(work.children(holder, tag)):
            found.append(_component(node, field, work))
            work.drop(field)
    return found


def _component(node: etree._Element, field: etree._Element, work: Work) -> dict[str, Any]:
    """Return the form-js component of one field; each part that has no place in a form is noted."""
    source = shown(field, str(field.tag))
    kind = (field.get("type") or "string").lower()
    component: dict[str, Any] = {
        "id": f"Field_{re.sub(r'[^A-Za-z0-9]', '_', field.get('id', ''))}",
        **_TYPES.get(kind, _TYPES["string"]),
        "key": field.get("variable") or field.get("id", ""),
        "label": field.get("label") or field.get("name") or field.get("id", ""),
    }
    if kind not in _TYPES:
        _note(node, work, source, f"type={kind}")
    if component["type"] == "datetime":
        component["dateLabel"] = component.pop("label")
    work.carried(node, source, "form-js")
    limits = _constraints(node, field, work, component["type"] in _NUMBERS)
    if field.get("required") == "true":
        limits["required"] = True
    if field.get("writable") == "false":
        component["readonly"] = True
    component |= limits.pop("component", {})
    if limits:
        component["validate"] = limits
    _default(node, field, work, component, source)
    if component["type"] == "select":
        component["values"] = _options(node, field, work)
    for name in ("expression", "datePattern", "readable"):
        if field.get(name) not in {None, "true"}:
            _note(node, work, source, f"{name}={field.get(name)}")
    return component


def _default(node: etree._Element, field: etree._Element, work: Work, component: dict[str, Any], source: str) -> None:
    text = field.get("defaultValue") or field.get("default")
    if not text:
        return
    if has_expression(text) or component["type"] == "datetime":
        _note(node, work, source, f"defaultValue={text}")
    elif component["type"] == "checkbox":
        component["defaultValue"] = text == "true"
    elif component["type"] in _NUMBERS and re.fullmatch(r"-?[0-9]{1,15}(\.[0-9]{1,15})?", text):
        component["defaultValue"] = simplejson.loads(text)
    else:
        component["defaultValue"] = text


def _options(node: etree._Element, field: etree._Element, work: Work) -> list[dict[str, str]]:
    options = []
    for value in work.children(field, "value"):
        work.carried(node, shown(value, str(value.tag)), "form-js")
        options.append({"label": value.get("name") or value.get("id") or "", "value": value.get("id") or ""})
    return options


def _constraints(node: etree._Element, field: etree._Element, work: Work, is_number: bool) -> dict[str, Any]:  # noqa: FBT001
    limits: dict[str, Any] = {}
    for block in work.children(field, "validation"):
        for constraint in block.iterchildren("*"):
            name, config = constraint.get("name", ""), constraint.get("config", "")
            source = shown(constraint, str(constraint.tag))
            fits = name in {"min", "max"} if is_number else name in {"minlength", "maxlength"}
            if name == "required":
                limits["required"] = True
            elif name == "readonly":
                limits["component"] = {"readonly": True}
            elif fits and re.fullmatch(r"[0-9]{1,9}", config):
                limits[_LIMITS[name]] = int(config)
            else:
                _note(node, work, source, f"{name} {config}".strip())
                continue
            work.carried(node, source, "form-js")
    for block in work.children(field, "properties"):
        for item in block.iterchildren("*"):
            _note(node, work, shown(item, str(item.tag)), f"{item.get('id')}={item.get('value')}")
    return limits


def _note(node: etree._Element, work: Work, source: str, what: str) -> None:
    work.open(
        node,
        source,
        (
            f"“{what}” của trường không có chỗ trong biểu mẫu mới.",
            f"“{what}” of the field has no place in the new form.",
        ),
        Bilingual("Hãy xem lại trường này trong trình soạn biểu mẫu.", "Look at the field in the form editor."),
    )
