"""The room's views, gathered on its one blueprint: a module of views is named here or it is not there."""

from web.admin import authorities, calendar, directory, index, people, positions, receipts, substitutes, successions
from web.admin.room import bp

__all__ = [
    "authorities",
    "bp",
    "calendar",
    "directory",
    "index",
    "people",
    "positions",
    "receipts",
    "substitutes",
    "successions",
]
