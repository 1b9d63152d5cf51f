"""What diagrams are deployed with: the fields, processes and office that they may name."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Office:
    """The names a directory has: unit codes, position kinds, usernames."""

    units: Collection[str]
    positions: Collection[str]
    people: Collection[str]


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What there is beside the diagrams; None means that it is not known, and rules that need it keep silent.

    `form_fields` maps a form's id to the variables that it can write. `processes`, `messages_sent` and
    `signals_thrown` are those of others; what the diagrams themselves define and send is known anyway.
    """

    form_fields: Mapping[str, Collection[str]] | None = None
    processes: Collection[str] | None = None
    messages_sent: Collection[str] = ()
    signals_thrown: Collection[str] = ()
    office: Office | None = None
