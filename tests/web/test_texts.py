"""What people read: every sentence has its Vietnamese, every error its sentence."""

import pkgutil
import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

import engine
import processes
import web
from engine.errors import PlatformError
from web.cases import log
from web.errors import SENTENCES

WEB = Path(web.__file__).parent
HANDLED_ELSEWHERE = {
    "platform.error",
    "deployment.refused",  # shown with their findings
    "diagram.refused",
    "diagram.property_refused",
    "decisions.refused",
    "form.refused",
    "form.submission_invalid",
    "database.not_prepared",  # said by commands
    "front_end.missing",
    "maintenance.runs",
    "pack.broken",
    "pack.manifest_invalid",
    "retention.case_held",
    "retention.invalid",
    "setting.invalid",
}
# errors with both languages
BILINGUAL_ROOMS = ("engine.approver_rules", "engine.backups", "engine.feel", "engine.bpmn", "engine.dmn")
METHODS = [("frontend/**", "ignore"), ("**.py", "python"), ("templates/**.html", "jinja2")]


def catalogue() -> dict[object, object]:
    with (WEB / "translations" / "vi" / "LC_MESSAGES" / "messages.po").open("rb") as file:
        read = read_po(file, "vi")
    assert not read.fuzzy, "a catalogue marked fuzzy is not compiled"
    assert not read.obsolete, "a sentence that nobody says any more leaves the catalogue"
    return {message.id: message for message in read if message.id}


def test_every_sentence_of_code_and_templates_has_its_vietnamese() -> None:
    keywords = {"gettext": None, "lazy_gettext": None, "_": None, "ngettext": (1, 2)}
    found = extract_from_dir(WEB, method_map=METHODS, keywords=keywords)
    said = {message if isinstance(message, str) else message[0] for _file, _line, message, _notes, _context in found}
    known = catalogue()
    words = {key if isinstance(key, str) else key[0]: message for key, message in known.items()}  # type: ignore[index]

    missing = sorted(sentence for sentence in said if sentence not in words or not _is_said(words[sentence]))

    assert len(said) > 150
    assert missing == []


def _is_said(message: object) -> bool:
    text = message.string  # type: ignore[attr-defined]
    return all(text) if isinstance(text, tuple) else bool(text)


def error_classes() -> Iterator[type[PlatformError]]:
    for package in (engine, processes, web):
        for module in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
            if "migrations" not in module.name:
                import_module(module.name)
    pending = [PlatformError]
    while pending:
        kind = pending.pop()
        pending += kind.__subclasses__()
        yield kind


def test_every_error_that_a_page_can_show_has_its_sentence() -> None:
    codes = {kind.code for kind in error_classes() if not kind.__module__.startswith(BILINGUAL_ROOMS)}

    assert sorted(codes - SENTENCES.keys() - HANDLED_ELSEWHERE) == []


def test_every_kind_of_history_entry_has_its_words() -> None:
    recorded = re.compile(r'history\.record\((?:[^()"]|\([^()]*\))*"([a-z_]+\.[a-z_]+)"')
    packages = [Path(each.__file__).parent for each in (engine, processes, web) if each.__file__]
    kinds = {
        kind for folder in packages for file in folder.rglob("*.py") for kind in recorded.findall(file.read_text())
    }

    assert len(kinds) > 10
    assert sorted(kinds - log.SENTENCES.keys()) == []
