"""Deploying: every fault is named with its place and its remedy, nothing is half-deployed, versions grow when due."""

import hashlib
import sys
from collections.abc import Iterator
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

import pytest
import simplejson
from click.testing import CliRunner
from sqlalchemy import create_engine, select, text

from engine import definitions, deployment, hooks
from engine.definitions import ProcessNotFound
from engine.deployment import DeploymentRefused
from engine.model import FormDefinition, ProcessDefinition, ProcessInstance, Resource
from engine.wording import Finding, Severity
from processes import catalogue
from web.cli import main

BOMB = b"""<?xml version="1.0"?><!DOCTYPE d [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">
<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]><definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL">&c;</definitions>"""
EXTERNAL = b"""<?xml version="1.0"?><!DOCTYPE d [<!ENTITY secret SYSTEM "file:///etc/passwd">]>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL">&secret;</definitions>"""


def form(form_id: str = "ask", **field: Any) -> bytes:
    component = {"type": "textfield", "key": "name", "label": "Tên", **field}
    schema = {"id": form_id, "type": "default", "schemaVersion": 18, "components": [component]}
    return simplejson.dumps(schema).encode()


def refusal(office: Any, files: dict[str, bytes], **options: Any) -> list[Finding]:
    """Deploy what must be refused; insist that nothing was stored, and return the findings."""
    before = office.counts()
    with pytest.raises(DeploymentRefused) as refused:
        office.write(lambda session: deployment.deploy(session, pack_key="test", files=files, at=office.now, **options))
    assert office.counts() == before
    findings = refused.value.findings
    for finding in findings:
        assert all(
            said.strip() for said in (finding.message.vi, finding.message.en, finding.remedy.vi, finding.remedy.en)
        )
        assert finding.message.vi != finding.message.en
    return [finding for finding in findings if finding.severity is Severity.ERROR]


@pytest.fixture
def good(pen: Any) -> bytes:
    data: bytes = pen.process("good", pen.start(), pen.user("read", assignee="=starter"), flows="start > read")
    return data


def drawn(pen: Any, *elements: str, flows: str) -> bytes:
    data: bytes = pen.process("faulty", pen.start(), *elements, flows=flows)
    return data


@pytest.mark.parametrize(
    ("content", "code", "line"),
    [
        (b"this is no XML", "diagram.not_xml", None),
        (b"", "diagram.not_xml", None),
        (b"<html></html>", "diagram.not_bpmn", 1),
        (BOMB, "diagram.doctype", None),
        (EXTERNAL, "diagram.doctype", None),
        (
            b'<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"><process id="p"/></definitions>',
            "diagram.no_executable_process",
            1,
        ),
    ],
    ids=["no XML", "nothing", "no BPMN", "entity bomb", "external entity", "no executable process"],
)
def test_a_file_that_is_no_runnable_diagram_is_refused(
    office: Any, content: bytes, code: str, line: int | None
) -> None:
    found = refusal(office, {"bad.bpmn": content})

    assert code in [finding.code for finding in found]
    assert {(finding.file, finding.line) for finding in found} == {("bad.bpmn", line)}


def test_nothing_of_a_file_on_this_machine_gets_into_a_refusal(office: Any) -> None:
    (finding,) = refusal(office, {"bad.bpmn": EXTERNAL})

    assert "root:" not in finding.message.en + finding.message.vi


FAULTS: dict[str, tuple[str, str, str, dict[str, Any]]] = {
    "a flow to nowhere": ("start > read\nread > nowhere", "diagram.dangling_reference", "read_to_nowhere", {}),
    "a FEEL typing mistake": ("start > read", "diagram.feel_syntax", "read", {"assignee": "=leader of("}),
    "an unknown form": ("start > read", "form.unknown", "read", {"form": "leave_request"}),
    "an outcome without label": (
        "start > read",
        "diagram.property_refused",
        "read",
        {"lc": {"outcome.sign": '={style: "main"}'}},
    ),
    "an outcome that signs oddly": (
        "start > read",
        "diagram.property_refused",
        "read",
        {"lc": {"outcome.sign": '={label: "Ký", signs: "stamp"}'}},
    ),
    "answers to be checked in a word": (
        "start > read",
        "diagram.property_refused",
        "read",
        {"lc": {"outcome.sign": '={label: "Ký", check: "yes"}'}},
    ),
    "answers to be checked that are dropped": (
        "start > read",
        "diagram.property_refused",
        "read",
        {"lc": {"outcome.sign": '={label: "Ký", check: true, validates: false}'}},
    ),
    "papers neither read nor edit": ("start > read", "diagram.property_refused", "read", {"lc": {"papers": "burn"}}),
    "a number of papers that is none": (
        "start > read",
        "diagram.property_refused",
        "read",
        {"lc": {"papers_required": "-1"}},
    ),
    "a refusal that is no FEEL": ("start > read", "diagram.feel_syntax", "read", {"lc": {"refuse.x": "=if then"}}),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_named_with_its_file_its_element_and_a_remedy(office: Any, pen: Any, fault: str) -> None:
    flows, code, element_id, options = FAULTS[fault]

    found = refusal(office, {"faulty.bpmn": drawn(pen, pen.user("read", **options), flows=flows)})

    assert ("faulty.bpmn", code, element_id) in [(each.file, each.code, each.element_id) for each in found]


def test_a_service_task_whose_type_nobody_offers_is_refused_at_deploy(office: Any, pen: Any) -> None:
    files = {"faulty.bpmn": drawn(pen, pen.service("stamp", "test.stamp"), flows="start > stamp")}

    (finding,) = refusal(office, files, known_job_types={"test.register"})

    assert (finding.code, finding.element_id) == ("diagram.job_type_unknown", "stamp")
    assert "test.stamp" in finding.message.en


def test_a_service_task_with_a_known_type_has_no_fault(pen: Any) -> None:
    files = {"stamp.bpmn": drawn(pen, pen.service("stamp", "test.stamp"), flows="start > stamp")}

    found = deployment.check(files, known_job_types={"test.stamp"})

    assert found == []


@pytest.mark.parametrize(
    "content",
    [b"no JSON", b"[]", b"{}", b"\xff\xfe", b'{"components": []}'],
    ids=["no JSON", "a list", "no id", "no text", "components alone"],
)
def test_a_form_that_cannot_be_read_is_refused(office: Any, good: bytes, content: bytes) -> None:
    (finding,) = refusal(office, {"good.bpmn": good, "forms/bad.form": content})

    assert (finding.code, finding.file) == ("form.unreadable", "forms/bad.form")


def test_a_form_with_a_field_nobody_knows_is_refused_by_the_packs_check(office: Any, good: bytes) -> None:
    files = {"good.bpmn": good, "forms/ask.form": form(type="hologram")}

    found = refusal(office, files, check_form=catalogue.form_findings)

    assert {finding.file for finding in found} == {"forms/ask.form"}


def test_all_faults_of_all_files_are_named_at_once(office: Any, pen: Any, good: bytes) -> None:
    files = {
        "good.bpmn": good,
        "bad.bpmn": b"nonsense",
        "faulty.bpmn": drawn(
            pen,
            pen.user("read", assignee="=starter", form="none", lc={"papers": "burn"}),
            pen.user("sign", assignee="=starter", form="none_either"),
            flows="start > read > sign",
        ),
        "forms/bad.form": b"nonsense",
    }

    found = refusal(office, files)

    assert sorted((finding.file, finding.element_id or "", finding.code) for finding in found) == [
        ("bad.bpmn", "", "diagram.not_bpmn"),
        ("bad.bpmn", "", "diagram.not_xml"),
        ("faulty.bpmn", "read", "diagram.property_refused"),
        ("faulty.bpmn", "read", "form.unknown"),
        ("faulty.bpmn", "sign", "form.unknown"),
        ("forms/bad.form", "", "form.unreadable"),
    ]


def test_two_diagrams_with_the_same_process_are_refused(office: Any, good: bytes) -> None:
    found = refusal(office, {"one.bpmn": good, "two.bpmn": good + b"<!-- again -->"})

    assert [(finding.code, finding.file) for finding in found] == [("diagram.process_twice", "two.bpmn")]
    assert "one.bpmn" in found[0].message.en


def test_two_forms_with_the_same_id_are_refused(office: Any, good: bytes) -> None:
    files = {"good.bpmn": good, "forms/a.form": form("ask"), "forms/b.form": form("ask", label="Họ tên")}

    found = refusal(office, files)

    assert [(finding.code, finding.file) for finding in found] == [("form.twice", "forms/b.form")]
    assert "forms/a.form" in found[0].message.en


def test_checking_says_the_same_as_deploying_and_stores_nothing(office: Any, pen: Any) -> None:
    files = {"faulty.bpmn": drawn(pen, pen.user("read", form="none"), flows="start > read")}

    assert deployment.check(files) == refusal(office, files)


def test_files_are_kept_byte_for_byte_as_they_came(office: Any, good: bytes) -> None:
    odd = b'<?xml version="1.0" encoding="UTF-8"?>\r\n<!-- c\xc3\xb3 d\xe1\xba\xa5u -->\n' + good + b"\n\n"
    made = office.write(
        lambda session: deployment.deploy(
            session, pack_key="test", files={"good.bpmn": odd, "forms/ask.form": form()}, at=office.now
        )
    )

    with office.session() as session:
        kept = {row.name: (row.content, row.checksum) for row in session.scalars(select(Resource))}
        (named,) = session.scalars(select(FormDefinition)).all()

    assert kept == {
        "good.bpmn": (odd, hashlib.sha256(odd).hexdigest()),
        "forms/ask.form": (form(), hashlib.sha256(form()).hexdigest()),
    }
    assert (named.form_id, named.deployment_id) == ("ask", made.id)


def versions(office: Any) -> list[tuple[str, int, bool]]:
    with office.session() as session:
        rows = session.scalars(select(ProcessDefinition).order_by(ProcessDefinition.key, ProcessDefinition.version))
        return [(row.key, row.version, row.is_latest) for row in rows]


def test_deploying_the_same_files_again_changes_nothing(office: Any, good: bytes) -> None:
    first = office.deploy(good)
    before = office.counts()
    office.later(days=1)

    again = office.deploy(good)

    assert again.id == first.id
    assert office.counts() == before


def test_a_changed_diagram_is_the_next_version_and_an_unchanged_one_beside_it_is_not(
    office: Any, pen: Any, good: bytes
) -> None:
    other = pen.process("other", pen.start(), pen.user("read", assignee="=starter"), flows="start > read")
    office.deploy(good, other)

    office.deploy(good, other.replace(b"=starter", b"mai"))

    assert versions(office) == [("good", 1, True), ("other", 1, False), ("other", 2, True)]


def test_a_changed_form_makes_a_new_version_of_the_processes_that_use_it_alone(office: Any, pen: Any) -> None:
    def deploy(label: str) -> None:
        office.later(minutes=1)
        asking = pen.process(
            "asking", pen.start(), pen.user("fill", assignee="=starter", form="ask"), flows="start > fill"
        )
        silent = pen.process("silent", pen.start(), pen.user("read", assignee="=starter"), flows="start > read")
        files = {"asking.bpmn": asking, "silent.bpmn": silent, "forms/ask.form": form("ask", label=label)}
        office.write(lambda session: deployment.deploy(session, pack_key="test", files=files, at=office.now))

    deploy("Tên")
    deploy("Họ và tên")

    assert versions(office) == [("asking", 1, False), ("asking", 2, True), ("silent", 1, True)]


def test_going_back_to_an_older_diagram_is_a_new_version_too(office: Any, good: bytes) -> None:
    for content in (good, good.replace(b"=starter", b"mai"), good):
        office.later(minutes=1)
        office.deploy(content)

    assert versions(office) == [("good", 1, False), ("good", 2, False), ("good", 3, True)]


def test_a_running_case_keeps_its_version_and_its_form(office: Any, pen: Any) -> None:
    def deploy(label: str) -> None:
        office.later(minutes=1)
        asking = pen.process(
            "asking", pen.start(), pen.user("fill", assignee="=starter", form="ask"), flows="start > fill"
        )
        files = {"asking.bpmn": asking, "forms/ask.form": form("ask", label=label)}
        office.write(lambda session: deployment.deploy(session, pack_key="test", files=files, at=office.now))

    deploy("Tên")
    old = office.start("asking")
    deploy("Họ và tên")
    new = office.start("asking")

    def label_in(case: ProcessInstance) -> str:
        with office.session() as session:
            loaded = definitions.load(session, case.definition_id)
            return str(
                simplejson.loads(definitions.form_text(session, loaded.deployment_id, "ask"))["components"][0]["label"]
            )

    assert (label_in(old), label_in(new)) == ("Tên", "Họ và tên")


def test_a_process_of_another_pack_is_refused_with_the_names_of_both_packs(office: Any, good: bytes) -> None:
    office.deploy(good, pack="first")

    (finding,) = refusal(office, {"mine.bpmn": good.replace(b"Read", b"Look")})

    assert (finding.code, finding.file, finding.element_id) == ("process.taken", "mine.bpmn", "good")
    for said in finding.message:
        assert "good" in said
        assert "first" in said
        assert "test" in said


def test_whose_process_it_is_is_said_together_with_every_other_fault(office: Any, good: bytes) -> None:
    office.deploy(good, pack="first")

    found = refusal(office, {"mine.bpmn": good, "ask.form": b"no form"})

    assert {finding.code for finding in found} == {"process.taken", "form.unreadable"}


def test_a_process_that_was_never_deployed_is_not_found(office: Any) -> None:
    with pytest.raises(ProcessNotFound):
        office.start("nothing")


@pytest.fixture
def broken_packs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Install four packs in this environment, each broken in its own way."""
    site = tmp_path / "site"
    packs = {
        "bad_diagram": {"__init__.py": "", "pack.toml": 'key="bad_diagram"\ntitle="T"\nversion="1"', "p.bpmn": "<x/>"},
        "bad_manifest": {"__init__.py": "", "pack.toml": "key = "},
        "no_manifest": {"__init__.py": ""},
        "bad_python": {"__init__.py": "raise RuntimeError('broken at import')"},
    }
    for name, files in packs.items():
        folder, info = site / name, site / f"{name}-1.0.dist-info"
        folder.mkdir(parents=True)
        info.mkdir()
        for file, content in files.items():
            (folder / file).write_text(content)
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
        (info / "entry_points.txt").write_text(f"[luanchuyen.packs]\n{name} = {name}\n")
    monkeypatch.syspath_prepend(str(site))
    yield list(packs)
    for name in packs:
        sys.modules.pop(name, None)


def test_broken_packs_are_left_out_and_named_and_the_platform_still_starts(
    broken_packs: list[str], empty_database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LUANCHUYEN_INSTANCE", str(tmp_path))
    monkeypatch.setenv("DATABASE_URL", empty_database)

    prepared = CliRunner().invoke(main, ["prepare", "--no-demo"])

    assert prepared.exit_code == 0, prepared.output
    for name in broken_packs:
        assert f"{name}:" in prepared.stderr
    engine = create_engine(empty_database)
    with engine.connect() as connection:
        keys = connection.scalars(text("select key from process_definition order by key")).all()
        packs = connection.scalars(text("select distinct pack_key from deployment")).all()
    engine.dispose()
    assert keys == ["finance_document", "joint_minutes"]
    assert packs == ["routing"]


def test_of_two_packs_with_one_process_the_second_is_left_out(
    broken_packs: list[str], office: Any, good: bytes, tmp_path: Path
) -> None:
    (tmp_path / "site" / "bad_diagram" / "p.bpmn").write_bytes(good)
    assert "bad_diagram" in broken_packs
    office.deploy(good, pack="first")

    left_out = office.write(
        lambda session: catalogue.deploy_installed(
            session, at=office.now, known_job_types=["routing.register_document"]
        )
    )

    (refused,) = [each.error for each in left_out if each.name == "bad_diagram"]
    assert "'good' in the pack bad_diagram" in str(refused)
    assert "of the pack first" in str(refused)


def test_a_pack_with_broken_python_offers_no_jobs_and_takes_none_from_the_others(broken_packs: list[str]) -> None:
    assert "bad_python" in broken_packs

    handlers = hooks.job_types(hooks.load_plugins())

    assert set(handlers) == {"routing.register_document"}


def test_the_built_in_packs_have_no_faults() -> None:
    handlers = hooks.job_types(hooks.load_plugins())

    for entry in entry_points(group=hooks.PACKS_GROUP):
        pack = catalogue.read_pack(catalogue.folder_of(entry))
        assert set(pack.manifest.job_types) <= set(handlers)
        assert deployment.check(pack.files, known_job_types=handlers, check_form=catalogue.form_findings) == []


def test_deploying_the_installed_packs_twice_makes_one_version(office: Any) -> None:
    def deploy(session: Any) -> list[Any]:
        types = hooks.job_types(hooks.load_plugins())
        return catalogue.deploy_installed(session, at=office.now, known_job_types=types)

    assert office.write(deploy) == []
    assert office.write(deploy) == []

    assert [version for _, version, _ in versions(office)] == [1, 1]
