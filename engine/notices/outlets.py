"""The channels outside the site that an installation has."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from engine.hooks import Channel


@dataclass(frozen=True, slots=True)
class Outlets:
    """Channels by name, and the public address of the site that links lead to; empty without any."""

    channels: Mapping[str, Channel] = field(default_factory=dict)
    site_url: str = ""


NONE = Outlets()
