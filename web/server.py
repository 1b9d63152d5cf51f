"""Serving: gunicorn with one worker process of several threads, the job runner inside it."""

import gc
from typing import Any

from gunicorn.app.base import BaseApplication

from web.settings import Settings


class Server(BaseApplication):  # type: ignore[misc]  # gunicorn ships no types
    """Gunicorn, set up from code; the application is made in the worker, not in the master."""

    def __init__(self, settings: Settings, options: dict[str, Any]) -> None:
        self._settings, self._options = settings, options
        super().__init__()

    def load_config(self) -> None:
        """Take the options as they were given."""
        for name, value in self._options.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        """Make the application in the worker and start its job runner."""
        from web.app import create_app  # noqa: PLC0415  (the master process stays small)

        app = create_app(self._settings)
        app.extensions["job_runner"].start()
        _set_aside()
        return app


def _set_aside() -> None:
    """Take what lives as long as the process out of the garbage collector's rounds.

    A full round over it takes about 90 ms, in the middle of somebody's request; and in the worker it would write to
    pages that are still shared with the master.
    """
    gc.collect()
    gc.freeze()


def _stop_jobs(_server: object, worker: Any) -> None:
    app = getattr(worker, "wsgi", None)
    if app is not None:
        app.extensions["job_runner"].stop()


def serve(settings: Settings, *, host: str, port: int, threads: int) -> None:
    """Serve until interrupted."""
    options = {
        "bind": f"{host}:{port}",
        "worker_class": "gthread",
        "workers": 1,
        "threads": threads,
        "keepalive": 75,
        "graceful_timeout": 10,
        "timeout": 120,
        "worker_exit": _stop_jobs,
        "loglevel": "warning",
        "control_socket_disable": True,
    }
    server = Server(settings, options)
    _set_aside()
    server.run()
