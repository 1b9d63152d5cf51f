"""The command `import-bpmn`: diagrams of other engines into the dialect of the house, with a report."""

import sys
from pathlib import Path

import click
import simplejson

from engine.bpmn import DiagramRefused
from engine.bpmn.importing import Fate, Imported, Note, import_diagram
from engine.wording import Bilingual
from web.commands.findings import as_lines
from web.layout import lay_out

_FATES = {
    Fate.CARRIED: Bilingual("Đã chuyển", "Carried"),
    Fate.OPEN: Bilingual("CẦN SỬA", "TO DO"),
    Fate.LOST: Bilingual("Đã bỏ", "Dropped"),
}
_NO_LAYOUT = Bilingual(
    "Sơ đồ không có hình vẽ và không vẽ được (thiếu Node hoặc bpmn-auto-layout); hãy chạy npm ci trong web/frontend.",
    "The diagram has no drawing and none could be made (Node or bpmn-auto-layout missing); run npm ci in web/frontend.",
)


@click.command("import-bpmn")
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--out", required=True, type=click.Path(file_okay=False, path_type=Path), help="Folder for the results.")
@click.option("--language", type=click.Choice(["vi", "en"]), default="vi", show_default=True)
@click.option("--json", "wants_json", is_flag=True, help="Print the report as JSON with both languages.")
def import_bpmn(files: tuple[Path, ...], *, out: Path, language: str, wants_json: bool) -> None:
    """Import diagrams of Camunda 7, Operaton, Flowable or Activiti; exits with 1 when a file is no diagram.

    Writes each diagram under its name into the folder, its forms into `forms` below; then `lint` says what is missing.
    """
    reports = []
    has_failed = False
    for path in files:
        try:
            result = import_diagram(path.read_bytes(), filename=path.name, lay_out=lay_out)
        except DiagramRefused as refused:
            has_failed = True
            click.echo("\n".join(as_lines(refused.findings, language)), err=True)
            continue
        _write(out, path.with_suffix(".bpmn").name, result)
        reports.append({"file": path.name, "has_layout": result.has_layout, "notes": list(map(_object, result.notes))})
        if not wants_json:
            click.echo("\n".join(_lines(path.name, result, language)))
    if wants_json:
        click.echo(simplejson.dumps(reports, ensure_ascii=False, indent=2))
    if has_failed:
        sys.exit(1)


def _write(out: Path, name: str, result: Imported) -> None:
    out.mkdir(parents=True, exist_ok=True)
    (out / name).write_bytes(result.xml)
    for form, text in result.forms.items():
        (out / "forms").mkdir(exist_ok=True)
        (out / "forms" / form).write_text(text, encoding="utf-8")


def _lines(name: str, result: Imported, language: str) -> list[str]:
    lines = [name]
    for note in result.notes:
        lines.append(f"  {_FATES[note.fate].said(language):<10} {note.element_id}: {note.message.said(language)}")
        if note.remedy is not None:
            lines.append(f"  {'':<10} → {note.remedy.said(language)}")
    if not result.has_layout:
        lines.append(f"  {_NO_LAYOUT.said(language)}")
    return lines


def _object(note: Note) -> dict[str, object]:
    return {
        "element_id": note.element_id,
        "line": note.line,
        "source": note.source,
        "fate": note.fate.value,
        "message": note.message._asdict(),
        "remedy": None if note.remedy is None else note.remedy._asdict(),
    }
