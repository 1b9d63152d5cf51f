"""The command `dispatch`: hands due jobs to the workers, over Redis."""

import click

from web.settings import read_settings


@click.command()
def dispatch() -> None:
    """Hand due jobs to the workers until told to end; needs REDIS_URL. Several at once do no harm."""
    from web.workers import run_dispatcher  # noqa: PLC0415  (other commands need no client of Redis)

    run_dispatcher(read_settings())
