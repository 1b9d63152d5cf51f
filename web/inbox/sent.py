"""The values of a form as the browser sends them: one JSON object in the field `data`."""

import re
from collections.abc import Mapping
from typing import Any

import simplejson
from flask import request
from werkzeug.exceptions import BadRequest

_HALF_PAIR = re.compile("[\ud800-\udfff]")


def submitted() -> Mapping[str, object]:
    """Return the form's values as the browser sent them."""
    try:
        sent: Any = simplejson.loads(request.form.get("data") or "{}", use_decimal=True)
    except (ValueError, RecursionError, ArithmeticError) as error:
        raise BadRequest from error
    if not isinstance(sent, dict):
        raise BadRequest
    return sent


def shown_again(sent: Mapping[str, object]) -> Mapping[str, object]:
    """Return what was sent as a page can show it again: half of a surrogate pair has no bytes."""
    written = _HALF_PAIR.sub("\N{REPLACEMENT CHARACTER}", simplejson.dumps(sent, use_decimal=True, ensure_ascii=False))
    shown: Mapping[str, object] = simplejson.loads(written, use_decimal=True)
    return shown
