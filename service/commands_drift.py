"""``slantwise drift``: whether what is scored now is still what was scored before."""

import json
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import click

from service.opened import opened_store

HEAD = f"  {'signal':24} {'texts':>6} {'before':>6} {'size':>7} {'usual':>7} {'chance':>8} {'reference':>9}"


@click.command()
@click.option("--check", "fails", is_flag=True, help="Exit status 1 where there is an alarm.")
@click.option("--json", "as_json", is_flag=True, help="Write JSON.")
@click.option(
    "--if-due",
    is_flag=True,
    help="Show what was found within the hour; look only if nothing was, and give way.",
)
@click.pass_context
def drift(ctx: click.Context, fails: bool, as_json: bool, if_due: bool) -> None:
    """Compare the last days' scores with those before, and with what the bundle was made for.

    An alarm is a change; the distance from the bundle's reference is told, and is no alarm.
    What was found is kept in drift.json of SLANTWISE_HOME, from where /metrics shows it, too.
    """
    from models.bundle_files import BundleRejected
    from models.home import slantwise_home
    from service.drift.check import bundle_in_use, check
    from service.drift.state import is_fresh, one_at_a_time, read_state

    home, now = slantwise_home(), datetime.now(UTC)
    if if_due:
        os.nice(10)
    try:
        with opened_store() as (database, settings), one_at_a_time(home):
            state = read_state(home) if if_due else None
            if state is None or not is_fresh(state, now):
                state = check(database, bundle_in_use(settings), settings.drift_days, home, now)
    except BundleRejected as error:
        raise click.ClickException(str(error)) from None
    except OSError as error:
        raise click.ClickException(f"{error.filename}: {error.strerror or error}") from None
    click.echo(json.dumps(state, indent=1) if as_json else "\n".join(_lines(state)))
    if fails and state["alarms"]:
        ctx.exit(1)


def _lines(state: dict[str, Any]) -> Iterator[str]:
    yield f"bundle {state['bundle']}" + (f" ({state['no_reference']})" if state["no_reference"] else "")
    if not state["profiles"]:
        yield "no text of this bundle in these days"
    for profile, told in state["profiles"].items():
        yield (
            f"{profile}, {told['from']} to {told['to']}: {told['status']}; "
            f"{told['texts']} texts, {told['before']} before"
        )
        shown = [one for one in told["findings"] if one["publisher"] is None or one["alarm"]]
        yield from (HEAD,) * bool(shown)
        yield from (_line(one, told["far_from_reference"]) for one in shown)
    for one in state["alarms"]:
        what = one["signal"] + (f" ({one['frame']})" if one["frame"] else "")
        yield f"ALARM since {one['since']}: {what}, {one['profile']}, {one['publisher'] or 'all texts'}"


def _line(one: dict[str, Any], far: dict[str, float]) -> str:
    numbers = (f"{_number(one[name]):>7}" for name in ("size", "usual"))
    mark = "far" if one["publisher"] is None and one["signal"] in far else ""
    end = f"{one['chance']:>8.1g} {_number(one['reference']):>9} {mark}"
    line = f"  {one['signal']:24} {one['n']:>6} {one['before']:>6} {' '.join(numbers)} {end}"
    about = f"  {one['publisher']}" if one["publisher"] else ""
    return f"{line.rstrip()}{about}{'  ALARM' if one['alarm'] else ''}"


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"
