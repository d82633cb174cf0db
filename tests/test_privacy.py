"""docs/privacy.md: it names every column of every table, and no others; what it promises holds."""

import re
from pathlib import Path

from flask.testing import FlaskClient

from service.settings import Settings
from service.store.figures import FEWEST
from service.store.schema import COUNTERS, metadata, target_rollups

DOCS = (Path(__file__).parents[1] / "docs" / "privacy.md").read_text("utf-8")
#: Where a table of sums has very many columns, they are one line.
SUMS = {"rollups": {*COUNTERS}, "target_rollups": {c.name for c in target_rollups.c if not c.primary_key}}


def told() -> dict[str, list[str]]:
    """Return the columns that the page lists under each table, in order."""
    part = DOCS.split("## Table by table")[1].split("\n## ")[0]
    found: dict[str, list[str]] = {}
    table = ""
    for line in part.splitlines():
        if heading := re.match(r"(?:### )?`(\w+)`(?::| and )", line):
            table = heading[1]
        elif column := re.match(r"\| `(\w+)` \|", line):
            found.setdefault(table, []).append(column[1])
    return found


def test_every_column_is_told() -> None:
    """Each table has its columns in the page, in the order of the schema, and the page has no others."""
    kept = {
        name: [column.name for column in table.columns if column.name not in SUMS.get(name, ())]
        for name, table in metadata.tables.items()
    }
    assert told() == kept


def test_each_column_has_a_reason_and_an_age() -> None:
    """Every line of a table of columns is filled in: what it is, why, and how long it stays."""
    rows = re.findall(r"^\| (?:`\w+`|counters) \|(.*?)\|(.*?)\|(.*?)\|$", DOCS, re.M)
    assert len(rows) >= sum(map(len, told().values()))
    assert [row for row in rows if not all(cell.strip() for cell in row)] == []


def test_its_figures_are_those_of_the_program() -> None:
    """Days, the smallest group and the modes are what the settings say."""
    shipped = Settings()
    assert (shipped.store, shipped.max_store) == ("scores", "text")
    assert f"for {shipped.text_retention_days} days" in DOCS
    assert f"**Figures on publishers below {FEWEST} texts.**" in DOCS


def test_an_author_is_refused(client: FlaskClient) -> None:
    """There is no field for a byline, under any of its names."""
    for name in ("author", "byline", "authors", "creator"):
        answer = client.post("/v1/score", json={"text": "A short text.", name: "Somebody"})
        assert answer.status_code == 422


def test_settings_and_pages_exist() -> None:
    """Every variable and page that it names is there."""
    variables = {"SLANTWISE_" + name.upper() for name in Settings.__dataclass_fields__} | {"SLANTWISE_HOME"}
    assert {name.rstrip("_") for name in re.findall(r"SLANTWISE_[A-Z_]+", DOCS)} <= variables
    root = Path(__file__).parents[1]
    pages = re.findall(r"`((?:docs|service)/[\w/.]+)`", DOCS)
    assert [page for page in pages if not (root / page).exists()] == []
