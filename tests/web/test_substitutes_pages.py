"""The pages where substitutes and signing authorities are set, and what a substitute sees in the inbox."""

from typing import Any

from sqlalchemy import select

from engine import definitions, directory, runtime
from engine.model import Person, SigningAuthority, Substitution, Unit, UserTask

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
WEEK = {"first": "2026-03-02", "last": "2026-03-06"}


def person(session: Any, username: str) -> Person:
    found: Person = session.scalars(select(Person).where(Person.username == username)).one()
    return found


def a_task_of(site: Any, username: str) -> UserTask:
    """Start a case; its first task is the starter's."""
    with site.session() as session, session.begin():
        definition = definitions.latest(session, "finance_document")
        case = runtime.start(session, definition, by=person(session, username), variables={}, at=site.clock.now)
        task: UserTask = session.scalars(select(UserTask).where(UserTask.instance_id == case.id)).one()
        return task


def test_a_person_sets_a_substitute_who_then_finds_the_task_marked_and_ends_it(site: Any) -> None:
    task, minh, mai = a_task_of(site, "ngo.minh"), site.visit("ngo.minh"), site.visit("bui.mai")
    assert mai.get(f"/tasks/{task.id}").status_code == 403

    answer = minh.post("/account/substitutes", data={"person": "ngo.minh", "substitute": "bui.mai", **WEEK})

    assert answer.status_code == 303, answer.text
    assert "thay Ngô Minh" in mai.get("/").text
    page = mai.get(f"/tasks/{task.id}")
    assert page.status_code == 200
    assert "data-task-form" in page.text
    assert mai.upload(task.id, ("to-trinh.pdf", PDF)).status_code == 303
    assert "Bùi Mai (thay Ngô Minh)" in mai.get(f"/cases/{task.instance_id}").text

    with site.session() as session:
        made = session.scalars(select(Substitution)).one()
    assert mai.post(f"/account/substitutes/{made.id}/end").status_code == 403
    assert minh.post(f"/account/substitutes/{made.id}/end").status_code == 303
    assert mai.get(f"/tasks/{task.id}").status_code == 403


def test_what_is_refused_is_said_beside_the_form_with_what_was_entered(site: Any) -> None:
    minh = site.visit("ngo.minh")
    entered = {"person": "ngo.minh", "substitute": "ngo.minh", "note": "Đi công tác Hà Nội", **WEEK}

    answer = minh.post("/account/substitutes", data=entered)

    assert answer.status_code == 422
    assert "Không ai làm thay chính mình" in answer.text
    assert "Đi công tác Hà Nội" in answer.text


def test_a_day_or_a_name_that_is_none_is_told(site: Any) -> None:
    minh = site.visit("ngo.minh")

    nobody = minh.post("/account/substitutes", data={"person": "ngo.minh", "substitute": "ai.do", **WEEK})
    no_day = minh.post("/account/substitutes", data={"person": "ngo.minh", "substitute": "bui.mai", "first": "x"})

    assert (nobody.status_code, no_day.status_code) == (422, 422)
    assert "ai.do" in nobody.text


def test_only_the_head_of_a_unit_is_offered_the_people_of_the_unit(site: Any) -> None:
    of_head, of_clerk = (site.visit(name).get("/account/substitutes").text for name in ("nguyen.thu", "bui.mai"))

    assert '<option value="ngo.minh">Ngô Minh</option>' in of_head
    assert '<select id="person"' not in of_clerk


def test_administrators_set_and_end_substitutes_for_anybody(site: Any) -> None:
    duy = site.visit("ta.duy")

    answer = duy.post("/admin/substitutes", data={"person": "pham.bao", "substitute": "dang.hien", **WEEK})

    assert answer.status_code == 303, answer.text
    with site.session() as session:
        made = session.scalars(select(Substitution)).one()
    assert "Đặng Hiền" in duy.get("/admin/substitutes").text
    assert duy.post(f"/admin/substitutes/{made.id}/end").status_code == 303
    assert "Đặng Hiền" not in duy.get("/admin/substitutes").text.partition("<table")[2]


def test_administrators_write_down_and_revoke_an_authority_to_sign(site: Any) -> None:
    duy = site.visit("ta.duy")
    terms = {"kind": "TUQ", "unit": "LĐS", "grantee": "hoang.lan", "reference": "GUQ 12/GUQ-SCT", **WEEK}

    refused = duy.post("/admin/authorities", data={**terms, "last": ""})
    granted = duy.post("/admin/authorities", data={**terms, "processes": ["finance_document"]})

    assert (refused.status_code, granted.status_code) == (422, 303)
    assert "TUQ. GIÁM ĐỐC SỞ" in duy.get("/admin/authorities").text
    with site.session() as session:
        made = session.scalars(select(SigningAuthority)).one()
        assert made.process_keys == ["finance_document"]
    assert duy.post(f"/admin/authorities/{made.id}/revoke").status_code == 303
    assert "TUQ. GIÁM ĐỐC SỞ" not in duy.get("/admin/authorities").text


def test_administrators_let_one_unit_follow_another(site: Any) -> None:
    duy = site.visit("ta.duy")

    done = duy.post("/admin/successions", data={"unit": "P.QLTM", "successor": "P.QLCN", "last": "2026-03-01"})
    circle = duy.post("/admin/successions", data={"unit": "P.QLCN", "successor": "P.QLTM", "last": "2026-03-01"})

    assert (done.status_code, circle.status_code) == (303, 422)
    with site.session() as session:
        people = directory.current(session, on=site.clock.now.date())
        assert people.heir_of("P.QLTM") == "P.QLCN"
        assert (
            session.scalars(select(Unit.name).where(Unit.code == "P.QLTM")).one() in duy.get("/admin/successions").text
        )


def test_the_pages_for_administrators_are_closed_to_others(site: Any) -> None:
    minh = site.visit("ngo.minh")

    answers = [minh.get(f"/admin/{page}").status_code for page in ("substitutes", "authorities", "successions")]

    assert answers == [403, 403, 403]


def test_lists_name_the_successor_of_a_closed_unit_to_which_scope_and_authority_have_gone(site: Any) -> None:
    duy = site.visit("ta.duy")
    scoped = {"person": "quach.binh", "substitute": "bui.mai", "scope": "unit:P.QLTM", **WEEK}
    assert duy.post("/admin/substitutes", data=scoped).status_code == 303
    terms = {"kind": "TUQ", "unit": "P.QLTM", "grantee": "ngo.minh", "reference": "GUQ 13", **WEEK}
    assert duy.post("/admin/authorities", data=terms).status_code == 303

    duy.post("/admin/successions", data={"unit": "P.QLTM", "successor": "P.QLCN", "last": "2026-03-01"})

    assert "P.QLTM → P.QLCN" in duy.get("/admin/substitutes").text
    assert "P.QLTM → P.QLCN" in duy.get("/admin/authorities").text
