"""What happens when the assignment of a user task does not work out: what diagrams say of it, and doing it.

`rules` reads the `lc:when_…` properties, `words` says them, `deciding` leads one assignment through them, and
`appointing` is what a run asks when a token comes to a task. It opens no tasks itself.
"""
