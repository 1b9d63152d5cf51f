"""Text fields and areas."""

import unicodedata
from collections.abc import Callable
from typing import Any

import pytest

from forms.text import measured, seen

Fixture = Callable[..., Any]


def abstract(**validate: object) -> dict[str, object]:
    return {"type": "textfield", "key": "abstract", "label": "Trích yếu", "validate": validate}


def test_a_required_text_is_asked_for_by_its_label(form_of: Fixture, complaints: Fixture) -> None:
    form = form_of(abstract(required=True))

    assert complaints(form, {"abstract": ""}) == {"abstract": ["Nhập «Trích yếu»."]}
    assert complaints(form, {}) == {"abstract": ["Nhập «Trích yếu»."]}
    assert complaints(form, {"abstract": None}) == {"abstract": ["Nhập «Trích yếu»."]}


def test_white_space_and_invisible_characters_are_no_text(form_of: Fixture, complaints: Fixture) -> None:
    form = form_of(abstract(required=True))

    assert complaints(form, {"abstract": " \u200b\ufeff\u00a0\u2060 "}) == {"abstract": ["Nhập «Trích yếu»."]}


def test_a_text_that_is_too_long_says_by_how_much(form_of: Fixture, complaints: Fixture) -> None:
    form = form_of(abstract(maxLength=500))

    assert complaints(form, {"abstract": "a" * 612}) == {"abstract": ["Trích yếu dài quá 500 ký tự (đang 612)."]}


def test_length_is_counted_without_the_space_around(form_of: Fixture, check: Fixture, complaints: Fixture) -> None:
    form = form_of(abstract(minLength=3, maxLength=3))

    assert check(form, {"abstract": "  abc  "}) == {"abstract": "  abc  "}
    assert complaints(form, {"abstract": " ab "}) == {"abstract": ["Trích yếu phải có ít nhất 3 ký tự (đang 2)."]}
    assert check(form, {"abstract": ""}) == {"abstract": ""}


def test_length_counts_as_the_browser_does() -> None:
    assert measured("😀") == 2
    assert measured("\ufeff ệ\u3000") == 1


def test_text_is_kept_in_nfc(form_of: Fixture, check: Fixture) -> None:
    decomposed = unicodedata.normalize("NFD", "Tiếng Việt")

    assert check(form_of(abstract(maxLength=10)), {"abstract": decomposed}) == {"abstract": "Tiếng Việt"}


def test_a_field_has_one_line_and_an_area_many(form_of: Fixture, check: Fixture) -> None:
    form = form_of({"type": "textfield", "key": "line"}, {"type": "textarea", "key": "area"})

    kept = check(form, {"line": "a\r\nb\tc", "area": "a\r\nb\rc\td"})

    assert kept == {"line": "a b c", "area": "a\nb\nc\td"}


def test_direction_overrides_and_control_characters_vanish() -> None:
    assert seen("hóa\u202e đơn\x00\u00ad\u200d", lines=False) == "hóa đơn"


@pytest.mark.parametrize("value", [1, True, 1.5, [], {}, ["a"]])
def test_only_text_is_text(form_of: Fixture, complaints: Fixture, value: Any) -> None:
    assert complaints(form_of(abstract()), {"abstract": value}) == {"abstract": ["Trích yếu phải là chữ."]}


def test_a_pattern_is_searched_as_in_the_browser(form_of: Fixture, check: Fixture, complaints: Fixture) -> None:
    form = form_of(abstract(pattern=r"\d{2}/[A-ZĐ-]+"))

    assert check(form, {"abstract": "số 12/BC-SCT"}) == {"abstract": "số 12/BC-SCT"}
    assert complaints(form, {"abstract": "12-BC"}) == {"abstract": ["Trích yếu chưa đúng mẫu quy định."]}
    assert check(form, {"abstract": ""}) == {"abstract": ""}


def test_the_designer_may_word_what_a_pattern_wants(form_of: Fixture, complaints: Fixture) -> None:
    form = form_of(abstract(pattern="^H", patternErrorMessage="bắt đầu bằng chữ H"))

    assert complaints(form, {"abstract": "x"}) == {"abstract": ["Trích yếu: bắt đầu bằng chữ H"]}


def test_a_pattern_that_blows_up_elsewhere_is_harmless(form_of: Fixture, complaints: Fixture) -> None:
    form = form_of(abstract(pattern="^(a+)+$"))

    assert complaints(form, {"abstract": "a" * 50_000 + "!"}) == {"abstract": ["Trích yếu chưa đúng mẫu quy định."]}


@pytest.mark.parametrize("address", ["an@tinh.gov.vn", "a.b+c@x.vn", "a@b"])
def test_an_email_address_is_taken(form_of: Fixture, check: Fixture, address: Any) -> None:
    assert check(form_of(abstract(validationType="email")), {"abstract": address}) == {"abstract": address}


@pytest.mark.parametrize("address", ["an", "an@", "an@-x.vn", "an@x..vn", "an @x.vn", "ân@x.vn"])
def test_what_is_no_email_address_is_refused(form_of: Fixture, complaints: Fixture, address: Any) -> None:
    assert "abstract" in complaints(form_of(abstract(validationType="email")), {"abstract": address})


@pytest.mark.parametrize(
    ("number", "is_taken"),
    [("+84912345678", True), ("0084912345678", True), ("0912345678", False), ("+5999123456", True), ("+7670000", True)],
)
def test_a_phone_number_is_international(
    form_of: Fixture, check: Fixture, complaints: Fixture, number: Any, is_taken: Any
) -> None:
    form = form_of(abstract(validationType="phone"))

    if is_taken:
        assert check(form, {"abstract": number}) == {"abstract": number}
    else:
        assert "+84912345678" in complaints(form, {"abstract": number})["abstract"][0]


def test_a_length_may_be_feel(form_of: Fixture, check: Fixture, complaints: Fixture) -> None:
    form = form_of(abstract(maxLength="=most"))

    assert check(form, {"abstract": "abc"}, most=3) == {"abstract": "abc"}
    assert check(form, {"abstract": "abc"}) == {"abstract": "abc"}
    assert "abstract" in complaints(form, {"abstract": "abcd"}, most=3)


def test_what_is_not_sent_is_what_stood_there(form_of: Fixture, check: Fixture) -> None:
    form = form_of({**abstract(), "defaultValue": "mặc định"})

    assert check(form, {}, abstract="có sẵn") == {"abstract": "có sẵn"}
    assert check(form, {}) == {"abstract": "mặc định"}
