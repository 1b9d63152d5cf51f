"""The room's views, gathered on its one blueprint: a module of views is named here or it is not there."""

from web.operations import cases, incidents, jobs, migrations
from web.operations.room import bp

__all__ = ["bp", "cases", "incidents", "jobs", "migrations"]
