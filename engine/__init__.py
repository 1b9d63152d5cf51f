"""Runs processes: deploys diagrams, moves cases from wait state to wait state, and remembers what happened.

Knows no HTTP, no form fields and no Vietnamese procedure. Use cases are functions that take a `Session` first and
never commit. Imported by `forms`, `reports`, `processes` and `web`; imports none of them.
"""
