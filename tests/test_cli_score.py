"""``slantwise score``: files and standard input through the code that answers HTTP."""

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from fakes import FakeScorer
from flask.testing import FlaskClient

from service import loading
from service.commands import score

TEXT = "The council met on Monday 😀. It is a betrayal, and every citizen should say so!"


@pytest.fixture(autouse=True)
def _no_bundle(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loading, "load_scorer", lambda settings: FakeScorer())


def answers(result: Result) -> list[Any]:
    """Read one JSON object a line."""
    return [json.loads(line) for line in result.stdout.splitlines()]


def write(folder: Path, name: str, content: str | bytes) -> str:
    """Write a file and return its path."""
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return str(path)


def test_same_numbers_as_http(runner: CliRunner, client: FlaskClient, tmp_path: Path) -> None:
    """A text gives the very bytes that HTTP gives: by file, by request line, by standard input."""
    http = client.post("/v1/score", json={"text": TEXT, "store": "none"}).get_data()
    line = json.dumps({"text": TEXT})
    runs = [
        runner.invoke(score, [write(tmp_path, "a.txt", TEXT)]),
        runner.invoke(score, [write(tmp_path, "a.jsonl", line)]),
        runner.invoke(score, ["-"], input=TEXT),
        runner.invoke(score, ["-"], input=line),
    ]
    assert [(run.exit_code, run.stdout_bytes) for run in runs] == [(0, http + b"\n")] * 4


def test_html_file(runner: CliRunner, client: FlaskClient, tmp_path: Path) -> None:
    """A .html file is a request with html."""
    http = client.post("/v1/score", json={"html": f"<p>{TEXT}</p>", "store": "none"}).get_json()
    assert answers(runner.invoke(score, [write(tmp_path, "a.html", f"<p>{TEXT}</p>")])) == [http]


def test_requests_from_standard_input(runner: CliRunner) -> None:
    """Each line is a request with the fields of the API; --profile holds where a line names none."""
    requests = [{"text": TEXT, "targets": ["Aldo"]}, {"text": TEXT, "profile": "accurate"}]
    result = runner.invoke(score, ["-", "--profile", "fast"], input="\n".join(map(json.dumps, requests)))
    first, second = answers(result)
    assert (first["model"]["profile"], second["model"]["profile"]) == ("fast", "accurate")
    assert [one["target"] for one in first["stance"]] == ["Aldo"]


def test_text_from_standard_input_is_one_text(runner: CliRunner) -> None:
    """What does not start with { is one text, line breaks and all."""
    (card,) = answers(runner.invoke(score, ["-"], input='First line here\n{"text": "no request"}\n'))
    assert card["document"]["words"] == 6


def test_bad_lines_do_not_stop_the_run(runner: CliRunner, tmp_path: Path) -> None:
    """A bad line is a problem object in its place, told on stderr, and the exit status is 1."""
    lines = b'{"text": "One good text is here."}\n\n{"text"\n{"text": "a", "foo": 1}\n{"text": "\xff"}\n'
    path = write(tmp_path, "a.jsonl", lines)
    result = runner.invoke(score, [path])
    good, *bad = answers(result)
    assert result.exit_code == 1
    assert good["document"]["words"] == 5
    assert [(one["status"], one["line"], one["file"]) for one in bad] == [
        (400, 3, path),
        (422, 4, path),
        (400, 5, path),
    ]
    assert f"{path}:4: foo: unknown field" in result.stderr


def test_wrong_encoding_names_the_file(runner: CliRunner, tmp_path: Path) -> None:
    """A file that is not UTF-8 is told by its name and the place of the byte; the next one is scored."""
    bad, good = write(tmp_path, "bad.txt", "café".encode("latin-1")), write(tmp_path, "good.txt", TEXT)
    result = runner.invoke(score, [bad, good])
    problem, card = answers(result)
    assert (result.exit_code, problem["status"], problem["file"]) == (1, 415, bad)
    assert f"{bad}: The file is not UTF-8: byte 3 cannot be read." in result.stderr
    assert card["document"]["words"] == len(TEXT.split())


def test_byte_order_mark_is_not_text(runner: CliRunner, tmp_path: Path) -> None:
    """A UTF-8 byte order mark is skipped in texts, request lines, standard input and csv files."""
    bom = b"\xef\xbb\xbf"
    plain = answers(runner.invoke(score, ["-"], input=TEXT))
    line = json.dumps({"text": TEXT}).encode()
    runs = [
        runner.invoke(score, [write(tmp_path, "a.txt", bom + TEXT.encode())]),
        runner.invoke(score, [write(tmp_path, "a.jsonl", bom + line)]),
        runner.invoke(score, ["-"], input=bom + line),
    ]
    assert [answers(run) for run in runs] == [plain] * 3
    table = write(tmp_path, "a.csv", bom + b"text\nOne text in a table.\n")
    assert runner.invoke(score, [table, "--text-column", "text"]).exit_code == 0


def test_no_limit_on_length(runner: CliRunner) -> None:
    """A text over the limit of HTTP is scored."""
    (card,) = answers(runner.invoke(score, ["-"], input="word " * 60_000))
    assert card["document"]["words"] == 60_000


def test_csv_with_score_columns(runner: CliRunner, tmp_path: Path) -> None:
    """A csv comes back with its own columns, then the scores; a bad row says why, and exits with 1."""
    content = 'id,body,language\n1,"One text, with\na line break in it.",x\n2,,y\n'
    result = runner.invoke(score, [write(tmp_path, "a.csv", content), "--text-column", "body"])
    first, second = csv.DictReader(io.StringIO(result.stdout))
    assert result.exit_code == 1
    assert [*first][:5] == ["id", "body", "language", "advocacy", "advocacy_label"]
    assert (first["body"], first["language"], first["slantwise_language"]) == (
        "One text, with\na line break in it.",
        "x",
        "en",
    )
    assert (first["bundle"], first["error"], second["advocacy"]) == ("fake.1", "", "")
    assert second["error"] == "422 text: is empty or blank"


@pytest.mark.parametrize(
    ("name", "content", "options", "said"),
    [
        ("a.csv", "text\nhello\n", [], "needs --text-column"),
        ("a.csv", "text\nhello\n", ["--text-column", "body"], "no column 'body'; there are: text"),
        ("a.csv", b"text\n\xff\n", ["--text-column", "text"], "a.csv: The file is not UTF-8: byte 5"),
        ("a.csv", "text\na,b\n", ["--text-column", "text"], "more fields than its header"),
        ("a.csv", "", ["--text-column", "text"], "no header row"),
        ("a.docx", "x", [], "What .docx means is not known"),
    ],
)
def test_unusable_file(
    runner: CliRunner, tmp_path: Path, name: str, content: str | bytes, options: list[str], said: str
) -> None:
    """A file that cannot be read as it is named fails at once, by name and without a traceback."""
    result = runner.invoke(score, [write(tmp_path, name, content), *options])
    assert result.exit_code != 0
    assert said in result.stderr
    assert isinstance(result.exception, SystemExit)


def test_missing_file(runner: CliRunner) -> None:
    """A file that is not there is a usage error."""
    result = runner.invoke(score, ["nowhere.txt"])
    assert (result.exit_code, "nowhere.txt" in result.stderr) == (2, True)
