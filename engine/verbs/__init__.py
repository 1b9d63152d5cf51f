"""The approval verbs: what people do with tasks and cases besides completing them, and whether they may.

Each verb is a module of its own: a pure answer to *may I, and if not why not*, and the use case that asks the same
question again under lock, changes the rows, and writes history with who, when, why, from where to where.
"""

from engine.verbs.answers import Answer, Verb

__all__ = ["Answer", "Verb"]
