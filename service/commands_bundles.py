"""``slantwise publish``, ``rollback`` and ``bundles``: file operations, which running servers follow."""

import json
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click

if TYPE_CHECKING:
    from models.publishing import Act, Change

WHY = click.option("--why", metavar="TEXT", default="", help="A reason, kept in history.jsonl.")
AS_JSON = click.option("--json", "as_json", is_flag=True, help="Write JSON.")


class Refused(click.ClickException):
    """Nothing is wrong with the files, and yet nothing was changed."""

    exit_code = 3


def _with_reason(ctx: click.Context, option: click.Parameter, reason: str | None) -> str:
    if reason is not None and not reason.strip():
        raise click.BadParameter("say why")
    return (reason or "").strip()


@click.command()
@click.argument("bundle", required=False)
@click.option("--newest", is_flag=True, help="The bundle in SLANTWISE_HOME that was made last.")
@WHY
@click.option("--force", metavar="REASON", callback=_with_reason,
              help="Publish against the gate, or without its decision; the reason is kept.")  # fmt: skip
def publish(bundle: str | None, newest: bool, why: str, force: str) -> None:
    """Put BUNDLE (a version, or a folder) into use; running servers take it within seconds.

    Its files are verified, its reference texts scored, and the gate's decision beside it must say yes.
    Exit status 3: refused; 1: the bundle is damaged, or SLANTWISE_HOME cannot be written.
    """
    from models.bundle_list import newest_local
    from models.publishing import publish as run

    if newest == bool(bundle):
        raise click.UsageError("Name a bundle, or say --newest.")
    _change("publish", bundle, lambda act: run(bundle or newest_local(), act), why, force)


@click.command()
@click.argument("version", required=False)
@WHY
def rollback(version: str | None, why: str) -> None:
    """Go back to the bundle that was in use before, or to VERSION, if that was ever in use here.

    Twice goes two back. A damaged bundle is passed by.
    """
    from models.publishing import rollback as run

    _change("rollback", version, lambda act: run(version, act), why, "")


@click.group(invoke_without_command=True)
@AS_JSON
@click.pass_context
def bundles(ctx: click.Context, as_json: bool) -> None:
    """List the bundles: which is in use, which was before, and whether their files are whole."""
    if ctx.invoked_subcommand:
        return
    from models.bundle_list import list_bundles

    found = list_bundles()
    if as_json:
        click.echo(json.dumps([asdict(one) for one in found], indent=1))
        return
    click.echo(f"{'version':24} {'state':9} {'gate':5} {'tier':9} {'made':21} sha256")
    for one in found:
        end = one.fault or ("shipped" if one.shipped else "")
        line = (
            f"{one.version:24} {one.state:9} {one.gate:5} {one.tier:9} {one.made:21} {one.sha256[:12]}  {end}"
        )
        click.echo(line.rstrip())


@bundles.command()
@click.argument("left")
@click.argument("right")
@AS_JSON
def compare(left: str, right: str, as_json: bool) -> None:
    """Show what two versions differ in: corpora, heads, thresholds, reported figures, gate."""
    from models.bundle_files import BundleRejected
    from models.bundle_list import compare as run

    try:
        found = run(left, right)
    except BundleRejected as error:
        raise click.ClickException(str(error)) from None
    if as_json:
        click.echo(json.dumps([asdict(one) for one in found], indent=1))
        return
    section = ""
    for one in found:
        if one.section != section:
            section = one.section
            click.echo(section)
        click.echo(f"  {one.name}: {_shown(one.left)} -> {_shown(one.right)}")
    if not found:
        click.echo("no difference")


def _shown(value: Any) -> str:
    if value is None:
        return "-"
    return value if isinstance(value, str) else json.dumps(value)


def _change(
    action: Literal["publish", "rollback"], wanted: str | None, work: "Callable[[Act], Change]",
    why: str, force: str,
) -> None:  # fmt: skip
    from models.bundle_files import BundleRejected
    from models.publishing import Act, PublishRefused

    try:
        change = work(Act(_user(), why.strip(), force))
    except (BundleRejected, PublishRefused, OSError) as error:
        _audit(action, wanted, "refused")
        raise _told(error) from None
    _audit(action, change.bundle, "forced" if force else "done")
    for reason in change.skipped:
        click.echo(f"passed by: {reason}", err=True)
    click.echo(f"{change.bundle} is in use (before: {change.before or 'none'})")


def _told(error: Exception) -> click.ClickException:
    from models.publishing import PublishRefused

    if isinstance(error, PublishRefused):
        return Refused(str(error))
    if isinstance(error, OSError):
        return click.ClickException(f"{error.filename or 'SLANTWISE_HOME'}: {error.strerror or error}")
    return click.ClickException(str(error))


def _user() -> str:
    """Return who is at the keyboard; a container's user may have no name."""
    import getpass
    import os

    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return f"uid {os.getuid()}"


def _audit(action: Literal["publish", "rollback"], wanted: str | None, outcome: str) -> None:
    """Write the act down in the store; bundles are files, and work without one."""
    try:
        from models.home import slantwise_home
        from service.settings import settings_from
        from service.store.audit import record
        from service.store.database import database_at
        from service.store.revision import prepare

        database = database_at(settings_from().database_url, slantwise_home())
        prepare(database)
        record(database, "cli", action, Path(wanted or "").name[:100] or None, outcome)
        database.close()
    except Exception as error:
        click.echo(f"the store has no record of this: {type(error).__name__}", err=True)
