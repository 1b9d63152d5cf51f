"""The channels outside the site that this installation has: e-mail by its settings, and what packs offer."""

import pluggy

from engine import database, hooks
from engine.notices import gathering
from engine.notices.mail import MailChannel
from engine.notices.outlets import Outlets
from engine.performing import Clock, SessionMaker
from web.settings import Settings

_NAME = "e-mail"


def outlets_of(settings: Settings, plugins: pluggy.PluginManager) -> Outlets:
    """Return the channels there are; e-mail joins the plugins as packs do."""
    if settings.mail.server is not None and not plugins.has_plugin(_NAME):
        plugins.register(MailChannel(settings.mail.server), name=_NAME)
    return Outlets(hooks.channels(plugins), settings.mail.site_url)


def keep_gathering(sessions: SessionMaker, outlets: Outlets, clock: Clock) -> None:
    """See to it, when a process that does or hands out jobs starts, that notices are gathered for the channels."""
    with sessions() as session, session.begin():
        database.begin_write(session)
        gathering.keep_gathering(session, outlets, at=clock())
