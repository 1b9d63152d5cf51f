"""What files are deployed with, for their lint: the fields of their forms, the office, the processes of others."""

from collections.abc import Mapping
from dataclasses import replace

from engine.bpmn.lint import NOTHING_KNOWN, Office, Surroundings
from engine.directory import Directory
from forms import FormRefused, compile_form


def surroundings_of(
    files: Mapping[str, bytes], directory: Directory | None = None, neighbours: Surroundings = NOTHING_KNOWN
) -> Surroundings:
    """Return what sharpens the lint of files; `neighbours` is what is known of other packs."""
    office = None if directory is None else _office(directory)
    return replace(neighbours, form_fields=_form_fields(files), office=office)


def _form_fields(files: Mapping[str, bytes]) -> dict[str, set[str]]:
    """Return the variables that each sound form writes, by the form's id."""
    fields = {}
    for name, content in files.items():
        if name.endswith(".form"):
            try:
                form = compile_form(content.decode(), filename=name)
            except (FormRefused, UnicodeDecodeError):
                continue
            fields[form.form_id] = {field.path.partition(".")[0] for field in form.fields}
    return fields


def _office(directory: Directory) -> Office:
    return Office(
        units=frozenset(directory.units),
        positions=frozenset(holder.kind for holder in directory.holders),
        people=frozenset(directory.people),
    )
