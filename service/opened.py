"""The store as a command opens it: the one that the settings name, and what can be wrong with it told."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from service.settings import Settings
    from service.store.database import Database


@contextmanager
def opened_store() -> "Iterator[tuple[Database, Settings]]":
    """Open the store, with the settings that name it; close it at the end.

    Raises:
        click.ClickException: a setting, the store or the secret of the installation cannot be used.

    """
    from models.home import slantwise_home
    from service.settings import BadSetting, settings_from
    from service.store.database import StoreUnavailable, StoreUnusable, database_at
    from service.store.revision import prepare
    from service.store.secret import SecretUnusable

    try:
        settings = settings_from()
        database = database_at(settings.database_url, slantwise_home())
        prepare(database)
        yield database, settings
        database.close()
    except (BadSetting, StoreUnusable, StoreUnavailable, SecretUnusable) as error:
        raise click.ClickException(str(error)) from None
