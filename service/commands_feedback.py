"""``slantwise feedback``: what people said of scores, reviewed, imported, handed to training, erased."""

import json
import re
from dataclasses import asdict

import click

from service.commands_feedback_files import export, import_, tasks
from service.opened import opened_store

ID, CODE = "[0-7][0-9A-HJKMNP-TV-Z]{25}", "[0-9a-f]{12}"
AS_JSON = click.option("--json", "as_json", is_flag=True, help="Write JSON, one object a line.")


def _ids(ctx: click.Context, option: click.Parameter, given: tuple[str, ...]) -> tuple[str, ...]:
    return _shaped(given, ID, "an id has 26 letters and digits")


def _codes(ctx: click.Context, option: click.Parameter, given: tuple[str, ...]) -> tuple[str, ...]:
    return _shaped(given, CODE, "a rater's code has 12 hexadecimal digits")


def _shaped(given: tuple[str, ...], shape: str, message: str) -> tuple[str, ...]:
    if not all(re.fullmatch(shape, one) for one in given):
        raise click.BadParameter(message)
    return given


@click.group()
def feedback() -> None:
    """Review what people said of scores, bring it in, and hand it to training.

    docs/feedback.md says how feedback is given, and what decides about it.
    """


@feedback.command()
@click.option("--accept", multiple=True, metavar="ID", callback=_ids, help="Accept a vote.")
@click.option("--reject", multiple=True, metavar="ID", callback=_ids, help="Reject a vote.")
@click.option("--reopen", multiple=True, metavar="ID", callback=_ids, help="Take a decision back.")
@click.option("--accept-rater", multiple=True, metavar="CODE", callback=_codes,
              help="Accept all votes of a rater that nobody decided about.")  # fmt: skip
@click.option("--reject-rater", multiple=True, metavar="CODE", callback=_codes, help="The same, to reject.")
@click.option("--status", type=click.Choice(["pending", "held", "accepted", "rejected"]), default="pending",
              show_default=True, help="What to list, where nothing is to be decided.")  # fmt: skip
@click.option("--limit", type=click.IntRange(1), default=50, show_default=True, help="How many to list.")
@AS_JSON
def review(status: str, limit: int, as_json: bool, **wanted: tuple[str, ...]) -> None:
    """Apply the rules and list what waits; or decide about votes, which no rule touches then."""
    from service.feedback.review import apply_rules, carry_out, limits_of
    from service.feedback.shown import as_lines, shown_votes

    with opened_store() as (database, settings):
        if any(wanted.values()):
            with database.begin() as connection:
                absent = carry_out(connection, wanted, "cli")
            if absent:
                raise click.ClickException(f"nothing there to decide about: {', '.join(absent)}")
            return
        apply_rules(database, limits_of(settings))
        with database.read() as connection:
            shown = list(shown_votes(connection, status, limit))
    for vote in shown:
        click.echo(json.dumps(vote) if as_json else as_lines(vote))


@feedback.command()
@AS_JSON
def agreement(as_json: bool) -> None:
    """Say how far raters agree on each head, beyond chance (Krippendorff's alpha)."""
    from service.feedback.agreement import agreement as measure
    from service.feedback.review import read_votes

    with opened_store() as (database, _), database.read() as connection:
        heads = measure(read_votes(connection))
    if as_json:
        click.echo("\n".join(json.dumps(asdict(head)) for head in heads))
        return
    click.echo(f"{'head':16} {'alpha':>8} {'items':>7} {'votes':>7} {'raters':>7} {'one rater':>10}")
    for head in heads:
        alpha = f"{head.alpha:.3f}" if head.alpha is not None else "-"
        counts = f"{head.items:7} {head.votes:7} {head.raters:7} {head.single:10}"
        click.echo(f"{head.head:16} {alpha:>8} {counts}  {head.reason or ''}".rstrip())


def _pseudonym(ctx: click.Context, argument: click.Parameter, given: str) -> str:
    from pydantic import ValidationError

    from service.feedback.bodies import RaterBody

    try:
        return RaterBody(rater=given).rater
    except ValidationError:
        raise click.BadParameter("nobody can have given feedback by this pseudonym") from None


@feedback.command("erase-rater")
@click.argument("pseudonym", callback=_pseudonym)
def erase_rater(pseudonym: str) -> None:
    """Delete every vote of PSEUDONYM; files that were exported before still hold their share in it."""
    from service.feedback.raters import erase_rater as erase

    with opened_store() as (database, _):
        click.echo(f"{erase(database, pseudonym, 'cli')} votes erased")


for command in (export, import_, tasks):
    feedback.add_command(command)
