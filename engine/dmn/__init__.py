"""Decisions (bảng quyết định): DMN 1.1 to 1.5 files, read once and evaluated over the FEEL of the house.

Here live the reading of files, decision tables and their index, boxed expressions, the requirement graph, and the lint
of tables. Not here: where files come from and where results go; expressions, which are `engine.feel`'s. Beside
`engine.bpmn` the only package that imports lxml. Everything in `engine` may import this package's names.
"""

from engine.dmn.course import Hit
from engine.dmn.failures import (
    DecisionFailed,
    DecisionNotFound,
    DecisionTooLong,
    InputUnfit,
    OutputUnfit,
    RulesConflict,
)
from engine.dmn.findings import DecisionsRefused
from engine.dmn.model import DecisionModel, Evaluation
from engine.dmn.reading import inspect_decisions, read_decisions

__all__ = [
    "DecisionFailed",
    "DecisionModel",
    "DecisionNotFound",
    "DecisionTooLong",
    "DecisionsRefused",
    "Evaluation",
    "Hit",
    "InputUnfit",
    "OutputUnfit",
    "RulesConflict",
    "inspect_decisions",
    "read_decisions",
]
