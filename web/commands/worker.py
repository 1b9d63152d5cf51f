"""The command `worker`: does the jobs that are handed out over Redis."""

import click

from web.settings import read_settings

GRACE = "Seconds a job may go on when the worker is told to end; then it is given back."


@click.command()
@click.option("--burst", is_flag=True, help="End when nothing is handed out any more.")
@click.option("--name", default="", help="The worker's name; unless given, host and process id.")
@click.option("--grace", default=20.0, show_default=True, help=GRACE)
def worker(*, burst: bool, name: str, grace: float) -> None:
    """Do the jobs that `luanchuyen dispatch` hands out; needs REDIS_URL. Start as many as there is work for."""
    from web.workers import run_worker  # noqa: PLC0415  (other commands need no client of Redis)

    run_worker(read_settings(), name=name, burst=burst, grace_seconds=grace)
