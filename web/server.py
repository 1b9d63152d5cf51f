"""Serving: gunicorn with one worker process of several threads, or with several, and a job runner inside each."""

import gc
from typing import Any

from gunicorn.app.base import BaseApplication
from gunicorn.glogging import Logger

from web.monitoring import metrics
from web.settings import Settings


class ServerLog(Logger):  # type: ignore[misc]  # gunicorn ships no types
    """Gunicorn's own lines, sent the way of all others; an address is written without what was asked for in it."""

    def setup(self, cfg: Any) -> None:
        """Leave the writing to the handlers of the process."""
        super().setup(cfg)
        for log in (self.error_log, self.access_log):
            log.handlers.clear()
            log.propagate = True

    def exception(self, msg: str, *args: object, **kwargs: Any) -> None:
        """Write down an error that never came to the application."""
        super().exception(msg, *(arg.partition("?")[0] if isinstance(arg, str) else arg for arg in args), **kwargs)


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


def serve(settings: Settings, *, host: str, port: int, threads: int, workers: int = 1) -> None:
    """Serve until interrupted, from so many processes of so many threads each."""
    figures = metrics.share(settings.instance)
    metrics.forget_the_dead(figures)
    options = {
        "bind": f"{host}:{port}",
        "worker_class": "gthread",
        "workers": workers,
        "threads": threads,
        "keepalive": 75,
        "graceful_timeout": 10,
        "timeout": 120,
        "worker_exit": _stop_jobs,
        "loglevel": "warning",
        "logger_class": ServerLog,
        "control_socket_disable": True,
    }
    server = Server(settings, options)
    _set_aside()
    try:
        server.run()
    finally:
        metrics.leave(figures)
