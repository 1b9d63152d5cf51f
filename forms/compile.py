"""From the text of a `*.form` file to a `Form`, or to everything that is wrong with it."""

import json
import unicodedata
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

from .components import Component, DynamicList, Field, Group
from .dependencies import circles
from .errors import FormRefused
from .expressions import Reader
from .findings import Findings
from .form import Form
from .keys import RESERVED, names_of
from .layout import lay_out
from .reading import DISPLAY_TYPES, FIELD_READERS, UNSUPPORTED_TYPES, read_display, read_field, slot_of
from .source import Source, Surroundings

NEWEST_SCHEMA = 19
"""The schema version of form-js 1.23, whose editor and viewer the platform ships."""

MAX_LENGTH = 1_000_000
"""Characters of one form."""

MAX_COMPONENTS = 1_000
"""Components of one form."""

MAX_DEPTH = 12
"""Groups and lists within each other."""

MAX_REPETITIONS = 100
"""Rows a list opens with when the variables bring none."""


def compile_form(text: str, *, filename: str) -> Form:
    """Compile a form-js schema; refuses with `FormRefused` what cannot be checked exactly as the browser would.

    All findings come at once, each with the component's id and a remedy.
    """
    findings = Findings(filename)
    document = _document(text, findings)
    if findings.found:
        raise FormRefused(findings.found)
    compiler = _Compiler(findings)
    form = compiler.form(document)
    if findings.found:
        raise FormRefused(findings.found)
    return form


def _document(text: str, findings: Findings) -> Mapping[str, object]:
    """Read the JSON; note what is no form at all."""
    if len(text) > MAX_LENGTH:
        findings.add("form.too_large", what=f"{len(text)} > {MAX_LENGTH}")
        return {}
    try:
        document = json.loads(unicodedata.normalize("NFC", text), parse_float=Decimal, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        findings.add("form.not_json", reason=str(error)[:200])
        return {}
    if not isinstance(document, dict) or document.get("type", "default") != "default":
        findings.add("form.shape", name="type")
        return {}
    version = document.get("schemaVersion", NEWEST_SCHEMA)
    if isinstance(version, bool) or not isinstance(version, int) or version > NEWEST_SCHEMA:
        findings.add("form.schema_version", version=str(version)[:50], newest=NEWEST_SCHEMA)
    return document


def _no_constant(name: str) -> object:
    raise ValueError(name)


class _Compiler:
    """Walks through one form's components."""

    def __init__(self, findings: Findings) -> None:
        self._findings = findings
        self._reader = Reader(findings)
        self._ids: set[str] = set()
        self._count = 0
        self._reads: set[str] = set()

    def form(self, document: Mapping[str, object]) -> Form:
        """Return the form; usable only if no finding was added."""
        top = Source(document, self._findings, self._reader, Surroundings())
        self._reads |= top.display_reads()
        children = self._children(document, None, Surroundings(depth=1))
        layout = lay_out(children, self._note_taken)
        for field, names in circles(children):
            self._findings.add("form.circle", field.component_id, names=", ".join(names))
        form_id, title = document.get("id"), document.get("title")
        return Form(
            form_id=form_id if isinstance(form_id, str) else "",
            title=title if isinstance(title, str) and title else None,
            children=children,
            layout=layout,
            display_reads=frozenset(self._reads),
        )

    def _children(
        self, owner: Mapping[str, object], owner_id: str | None, place: Surroundings
    ) -> tuple[Component, ...]:
        listed = owner.get("components", [])
        if not isinstance(listed, list):
            self._findings.add("form.shape", owner_id, name="components")
            return ()
        self._count += len(listed)
        if self._count > MAX_COMPONENTS or place.depth > MAX_DEPTH:
            self._findings.add(
                "form.too_large", owner_id, what=f"{self._count}/{MAX_COMPONENTS}, {place.depth}/{MAX_DEPTH}"
            )
            return ()
        read = [self._component(entry, owner_id, place) for entry in listed]
        return tuple(component for component in read if component is not None)

    def _component(self, entry: object, owner_id: str | None, place: Surroundings) -> Component | None:
        if not isinstance(entry, dict) or not isinstance(entry.get("type"), str):
            self._findings.add("form.shape", owner_id, name="components")
            return None
        source = Source(entry, self._findings, self._reader, place)
        self._check_id(source, entry)
        self._reads |= source.display_reads()
        if source.type in FIELD_READERS:
            return read_field(source)
        if source.type in DISPLAY_TYPES:
            return read_display(source)
        if source.type == "group":
            return self._group(source)
        if source.type == "dynamiclist":
            return self._list(source)
        code = "form.component_unsupported" if source.type in UNSUPPORTED_TYPES else "form.component_unknown"
        source.refuse(code, type=source.type[:50])
        return None

    def _check_id(self, source: Source, entry: Mapping[str, object]) -> None:
        component_id = entry.get("id")
        if component_id is None:
            return
        if not isinstance(component_id, str):
            source.refuse("form.shape", name="id")
        elif component_id in self._ids:
            source.refuse("form.id_taken", id=component_id)
        else:
            self._ids.add(component_id)

    def _group(self, source: Source) -> Group:
        path, prefix = source.text("path"), source.place.prefix
        if path is not None:
            names = names_of(path)
            if names is None:
                source.refuse("form.key_invalid", key=path[:100])
            elif (*prefix, *names)[0] in RESERVED and not source.place.in_rows:
                source.refuse("form.key_reserved", key=path)
            prefix = (*prefix, *(names or ()))
        inside = replace(source.place, prefix=prefix, depth=source.place.depth + 1)
        return Group(
            component_id=source.id,
            type=source.type,
            label=source.label(source.id),
            hide=source.condition("conditional.hide"),
            children=self._children(source.properties, source.id, inside),
        )

    def _list(self, source: Source) -> DynamicList | None:
        slot = slot_of(source, "path")
        if not source.flag("isRepeating", default=True):
            source.refuse("form.shape", name="isRepeating")
        repetitions = source.count("defaultRepetitions")
        if repetitions is not None and repetitions > MAX_REPETITIONS:
            source.refuse("form.shape", name="defaultRepetitions")
        keeps_rows = (
            not source.flag("allowAddRemove", default=True) or source.flag("readonly") or source.flag("disabled")
        )
        is_fixed = keeps_rows and not source.place.rows_move
        inside = Surroundings(in_rows=True, rows_move=not is_fixed, depth=source.place.depth + 1)
        children = self._children(source.properties, source.id, inside)
        if slot is None:
            return None
        return DynamicList(
            component_id=source.id,
            type=source.type,
            label=source.label(slot[-1]),
            hide=source.condition("conditional.hide"),
            slot=slot,
            children=children,
            repetitions=1 if repetitions is None else repetitions,
            is_fixed=is_fixed,
        )

    def _note_taken(self, component: Component) -> None:
        key = ".".join(component.slot) if isinstance(component, Field | DynamicList) else ""
        self._findings.add("form.key_taken", component.component_id, key=key)
