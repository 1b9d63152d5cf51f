"""What operators (vận hành) do to cases in trouble: who may, suspend, resume, change variables, move, cancel, purge.

Each is all or nothing, stands in the case's history with its reason, and says beforehand why it cannot be done. Imports
the use cases of `engine`; knows no page.
"""

from engine.repair.ending import cancel, purge, unpurge
from engine.repair.foreseen import Foreseen
from engine.repair.moving import Move, MovesRefused, Preview, move, preview
from engine.repair.rights import OperationsForbidden, may_operate, must_operate
from engine.repair.standing import Repair, Standing, called_by, standing_of, suspension_of
from engine.repair.suspending import resume, suspend
from engine.repair.tokens import CaseChanged, Standpoint, TokenGone, standpoints_of, targets_of
from engine.repair.variables import ScopeVariables, change, scopes_of

__all__ = [
    "CaseChanged",
    "Foreseen",
    "Move",
    "MovesRefused",
    "OperationsForbidden",
    "Preview",
    "Repair",
    "ScopeVariables",
    "Standing",
    "Standpoint",
    "TokenGone",
    "called_by",
    "cancel",
    "change",
    "may_operate",
    "move",
    "must_operate",
    "preview",
    "purge",
    "resume",
    "scopes_of",
    "standing_of",
    "standpoints_of",
    "suspend",
    "suspension_of",
    "targets_of",
    "unpurge",
]
