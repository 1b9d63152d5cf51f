"""The group all commands stand in: what the platform refuses is said in one line, without a traceback."""

from typing import Any

import click

from engine.errors import PlatformError


class Commands(click.Group):
    """Commands that end with a sentence and exit with 1 when they are refused."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command that was named."""
        try:
            return super().invoke(ctx)
        except PlatformError as refused:
            raise click.ClickException(str(refused)) from refused
