"""FEEL's built-in functions (DMN 1.5, 10.3.4) and the common additions, one module a family.

Each function stands beside its signature; `registry` reads the signatures, checks arguments and counts the cost. Only
the compiler imports this package.
"""

from collections.abc import Mapping

from . import contexts, conversion, lists, numeric, ranges, strings, temporal
from .registry import Builtin, gathered

BUILTINS: Mapping[str, Builtin] = gathered(contexts, conversion, lists, numeric, ranges, strings, temporal)
"""Every built-in function by its name."""

__all__ = ["BUILTINS", "Builtin"]
