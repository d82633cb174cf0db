"""``slantwise publish``, ``rollback`` and ``bundles`` as an operator and a timer use them."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from made_published import in_use, judge, publish_all, publishable

from models.history import read_history
from models.pointer import SHIPPED, bundles_in, newest_shipped
from service.store.audit import last
from service.store.database import database_at
from slantwise import main


def audited(home: Path) -> list[tuple[str, str, str, str]]:
    """Return the acts that the store recorded, the oldest first."""
    with database_at("", home).read() as connection:
        rows = reversed(last(connection, 100))
        return [(row["actor"], row["action"], row["object"], row["outcome"]) for row in rows]


def test_publish_and_roll_back(runner: CliRunner, bundles: Path, home: Path) -> None:
    """Each says what is in use and what was, and leaves its reason and an audit row."""
    judge(bundles / "a.1")
    there = runner.invoke(main, ["publish", str(bundles / "a.1"), "--why", " more feedback "])
    back = runner.invoke(main, ["rollback", "--why", "odd"])
    shipped = newest_shipped().name
    assert (there.exit_code, there.output) == (0, f"a.1 is in use (before: {shipped})\n")
    assert (back.exit_code, back.output) == (0, f"{shipped} is in use (before: a.1)\n")
    assert [(entry.action, entry.why) for entry in read_history()[1:]] == [
        ("publish", "more feedback"), ("rollback", "odd"),
    ]  # fmt: skip
    assert audited(home) == [("cli", "publish", "a.1", "done"), ("cli", "rollback", shipped, "done")]


def test_refusals_have_a_status_of_their_own(runner: CliRunner, bundles: Path, home: Path) -> None:
    """The gate's no is 3, so that a timer can tell it from damage, which is 1; a reason gets it through."""
    wanted = str(judge(bundles / "a.1", publish=False))
    no = runner.invoke(main, ["publish", wanted])
    blank = runner.invoke(main, ["publish", wanted, "--force", " "])
    missing = runner.invoke(main, ["publish", "z.9"])
    assert [one.exit_code for one in (no, blank, missing)] == [3, 2, 1]
    assert no.output == "Error: a.1: the gate says no: opinion.babe.macro_f1 fell\n"
    forced = runner.invoke(main, ["publish", wanted, "--force", "urgent"])
    assert (forced.exit_code, read_history()[-1].forced) == (0, "urgent")
    assert audited(home) == [
        ("cli", "publish", "a.1", "refused"), ("cli", "publish", "z.9", "refused"),
        ("cli", "publish", "a.1", "forced"),
    ]  # fmt: skip


def test_works_without_a_store(
    runner: CliRunner, bundles: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the database cannot be had, the bundle is published all the same, with a warning."""
    monkeypatch.setenv("SLANTWISE_DATABASE_URL", "postgresql://nobody@127.0.0.1:1/none?connect_timeout=1")
    publish_all(bundles, "a.1")
    done = runner.invoke(main, ["publish", str(judge(bundles / "b.1"))])
    assert (done.exit_code, in_use()) == (0, "b.1")
    assert done.output.startswith("the store has no record of this: ")


def test_the_newest(runner: CliRunner, bundles: Path, home: Path) -> None:
    """A chain of jobs publishes what was made last, and does so again without harm."""
    nothing = runner.invoke(main, ["publish", "--newest"])
    publishable(home / "bundles", "n.2")
    judge(publishable(home / "bundles", "n.1"))
    both = runner.invoke(main, ["publish", "--newest", "n.2"])
    done = [runner.invoke(main, ["publish", "--newest"]).output for _ in range(2)]
    assert (nothing.output, nothing.exit_code) == (
        "Error: there is no bundle in SLANTWISE_HOME/bundles\n", 3,
    )  # fmt: skip
    assert (both.exit_code, done) == (
        2, [f"n.1 is in use (before: {newest_shipped().name})\n", "n.1 is in use (before: n.1)\n"],
    )  # fmt: skip


def test_passed_by_is_said(runner: CliRunner, bundles: Path, home: Path) -> None:
    """A roll-back that passes a damaged bundle by names it."""
    publish_all(bundles, "a.1", "b.1", "c.1")
    (home / "bundles" / "b.1" / "arrays.npz").unlink()
    done = runner.invoke(main, ["rollback"])
    assert (done.stderr, done.stdout) == (
        "passed by: b.1: arrays.npz is missing\n", "a.1 is in use (before: c.1)\n",
    )  # fmt: skip


def test_list_and_compare(runner: CliRunner, bundles: Path) -> None:
    """The list is a table or JSON, and so is the comparison."""
    publish_all(bundles, "a.1", "b.1")
    table = runner.invoke(main, ["bundles"]).output.splitlines()
    listed = json.loads(runner.invoke(main, ["bundles", "--json"]).output)
    assert [line.split()[0] for line in table[1:]] == [one["version"] for one in listed]
    assert {one["version"]: one["state"] for one in listed} == {
        **{path.name: "" for path in bundles_in(SHIPPED)}, "a.1": "previous", "b.1": "current",
    }  # fmt: skip
    shown = runner.invoke(main, ["bundles", "compare", "a.1", "b.1"])
    found = json.loads(runner.invoke(main, ["bundles", "compare", "a.1", "b.1", "--json"]).output)
    assert (shown.exit_code, [one["name"] for one in found]) == (0, ["sha256"])
    assert shown.output == f"bundle\n  sha256: {found[0]['left']} -> {found[0]['right']}\n"
    assert runner.invoke(main, ["bundles", "compare", "a.1", "a.1"]).output == "no difference\n"
    assert runner.invoke(main, ["bundles", "compare", "a.1", "z.9"]).exit_code == 1


def test_needs_only_the_serving_install(bundles: Path) -> None:
    """Publishing loads neither Flask nor anything that only training needs."""
    wanted = str(judge(bundles / "a.1"))
    code = (
        "import sys; from models.publishing import *; publish(sys.argv[1], Act('me'));"
        "print([n for n in ('flask', 'sklearn', 'torch', 'transformers', 'training') if n in sys.modules])"
    )
    run = subprocess.run([sys.executable, "-c", code, wanted], capture_output=True, text=True, timeout=60)
    assert (run.returncode, run.stdout) == (0, "[]\n")
