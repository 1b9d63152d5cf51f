"""Escalation rules (quy tắc nhắc hạn): telling people in time that a task is due, and that it is late.

`rules` reads what a diagram says (`lc:escalate`), `occasions` says when that happens in working time, `schedule` keeps
the one row of each open task that has rules: a job, due at the next occasion. `recipients` says who is told, `telling`
does it and leaves it in the history. Reminding by hand is a verb of people (`engine.verbs.reminding`); how the message
reaches them is not decided here. `rules` knows nothing of the rest and is what lint reads, too.
"""
