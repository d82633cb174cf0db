"""Who may ask for what: keys and their scopes, signed-in browsers, limits, and what every answer carries."""

from flask import Flask

from service.access import keyring, pages
from service.access.callers import Caller, actor, caller
from service.access.door import keep_the_door
from service.access.headers import harden
from service.access.limits import limit_requests
from service.access.scopes import Scope, needs
from service.access.session import keep_sessions
from service.settings import Settings
from service.store.database import Database

__all__ = ["Caller", "Scope", "actor", "caller", "guard", "needs"]


def guard(app: Flask, settings: Settings, database: Database) -> None:
    """Put all of it before the views of an app, in the order in which a request meets it.

    Raises:
        BadSetting: the rate limit cannot be read.
        SecretUnusable: the secret of this installation cannot be read or made.

    """
    keyring.install(app, keyring.Keyring(database))
    keep_sessions(app)
    harden(app)
    keep_the_door(app)
    limit_requests(app, settings.rate_limit, settings.workers)
    pages.help_templates(app)
    app.register_blueprint(pages.bp)
