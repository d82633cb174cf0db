"""``slantwise keys`` and ``slantwise audit``: who may ask, and who did what."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from service.store.database import Database

SCOPES = ("score", "read", "feedback", "admin")
MAX_NAME = 100
#: Anything else is not written into the audit: it may be a key, given in place of its id.
ID = re.compile("[0-9A-HJKMNP-TV-Z]{26}")
AS_JSON = click.option("--json", "as_json", is_flag=True, help="Write one JSON object a line.")


@click.group()
def keys() -> None:
    """Make, list and revoke the keys with which callers prove who they are.

    As soon as one live key exists, every route of the API asks for one. Running servers see a change
    within a few seconds.
    """


def _name(ctx: click.Context, argument: click.Parameter, name: str) -> str:
    if not name.strip() or len(name) > MAX_NAME or not name.isprintable():
        raise click.BadParameter(f"a name has 1 to {MAX_NAME} characters that can be printed")
    return name.strip()


@keys.command()
@click.argument("name", callback=_name)
@click.option("--scope", "scopes", type=click.Choice(SCOPES), multiple=True, required=True,
              help="What it opens; give it once for each. admin holds the others.")  # fmt: skip
def create(name: str, scopes: tuple[str, ...]) -> None:
    """Make a key for NAME and show it, this once: only a digest of it is kept."""
    from service.store.audit import record
    from service.store.keys import create_key

    with _store() as database, database.begin() as connection:
        key, token = create_key(connection, name, sorted(set(scopes)))
        record(connection, "cli", "key.create", key.id, "done")
    click.echo(token)
    click.echo(f"Key {key.id} ({name}: {', '.join(key.scopes)}). It is not shown again.", err=True)


@keys.command("list")
@AS_JSON
def list_(as_json: bool) -> None:
    """List every key there ever was, without what its holder sends."""
    from service.store.keys import list_keys

    with _store() as database, database.read() as connection:
        found = list_keys(connection)
    if as_json:
        for key in found:
            row = {"id": key.id, "name": key.name, "scopes": key.scopes}
            _write({**row, "created_at": key.created_at, "revoked_at": key.revoked_at})
        return
    click.echo(f"{'id':26}  {'created':20}  {'revoked':20}  {'scopes':26}  name")
    for key in found:
        scopes = " ".join(key.scopes)
        times = f"{_shown(key.created_at):20}  {_shown(key.revoked_at):20}"
        click.echo(f"{key.id}  {times}  {scopes:26}  {key.name}")


def _id(ctx: click.Context, argument: click.Parameter, given: str) -> str:
    if not ID.fullmatch(given):
        raise click.BadParameter("give the id that stands in: slantwise keys list")
    return given


@keys.command()
@click.argument("key_id", metavar="ID", callback=_id)
def revoke(key_id: str) -> None:
    """End the key with this ID; running servers refuse it within a few seconds."""
    from service.store.audit import record
    from service.store.keys import live_keys, revoke_key

    with _store() as database, database.begin() as connection:
        done = revoke_key(connection, key_id)
        record(connection, "cli", "key.revoke", key_id, "done" if done else "absent")
        left = len(live_keys(connection))
    if not done:
        raise click.ClickException(f"no live key has the id {key_id}; see: slantwise keys list")
    click.echo(f"Key {key_id} is revoked.")
    if not left:
        click.echo(
            "No key is left: this machine itself, and with SLANTWISE_ALLOW_OPEN everybody, "
            "may ask without one now, unless SLANTWISE_REQUIRE_KEYS=1.",
            err=True,
        )


@click.command()
@click.option("--last", "count", type=click.IntRange(1), default=50, show_default=True, help="How many.")
@AS_JSON
def audit(count: int, as_json: bool) -> None:
    """List who did what to what, the newest first: deletions, keys, publishing, reviews."""
    from service.store.audit import last

    with _store() as database, database.read() as connection:
        found = last(connection, count)
    for row in found:
        if as_json:
            _write({name: row[name] for name in ("at", "actor", "action", "object", "outcome")})
        else:
            act = f"{_shown(row['at']):20}  {row['actor']:26}  {row['action']:16}"
            click.echo(f"{act}  {row['outcome']:8}  {row['object'] or '-'}")


@contextmanager
def _store() -> "Iterator[Database]":
    from models.home import slantwise_home
    from service.settings import BadSetting, settings_from
    from service.store.database import StoreUnavailable, StoreUnusable, database_at
    from service.store.revision import prepare
    from service.store.secret import SecretUnusable

    try:
        database = database_at(settings_from().database_url, slantwise_home())
        prepare(database)
        yield database
        database.close()
    except (BadSetting, StoreUnusable, StoreUnavailable, SecretUnusable) as error:
        raise click.ClickException(str(error)) from None


def _shown(moment: datetime | None) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ") if moment else "-"


def _write(row: dict[str, object]) -> None:
    click.echo(json.dumps(row, default=lambda moment: moment.isoformat(timespec="seconds")))
