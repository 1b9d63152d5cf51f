"""The whole page of the inbox: the list, and a task beside it."""

from flask import render_template, request

from web.inbox.pane import TaskPane
from web.inbox.rows import chips_of, counts_now, read_choice, rows_of, several_url, tabs_of, tasks_in


def task_page(pane: TaskPane | None, *, task_in_url: bool = True) -> str:
    """Render the list the address asks for, and a task beside it; `task_in_url` says whether the person chose it."""
    choice = read_choice(request.args.get("tab"), request.args.get("due"))
    counts = counts_now(choice.tab)
    return render_template(
        "inbox/inbox.html",
        room="inbox",
        tabs=tabs_of(choice, counts),
        chips=chips_of(choice, counts),
        tasks=rows_of(tasks_in(choice), choice, pane.id if pane else None),
        task=pane,
        task_in_url=task_in_url,
        list_url=choice.address(),
        several_url=several_url(choice),
        pages=None,
    )
