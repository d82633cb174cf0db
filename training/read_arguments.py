"""Readers of arguments on controversial topics, all of them opinion: ArgKP-2021 and PERSPECTRUM."""

import csv
import io
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path

from training.reading import IllFormedRowError, Options, Row, convert, digest, present
from training.samples import Sample


def read_argkp(folder: Path, options: Options) -> Iterator[Sample]:
    """ArgKP-2021 (Friedman et al. 2021): each crowd-written argument once; all are opinion."""
    path = folder / "ArgKP-2021.zip"
    with zipfile.ZipFile(present(path)) as archive:
        text = archive.read("ArgKP-2021_dataset.csv").decode("utf-8-sig")
    seen: set[str] = set()

    def make(row: Row) -> Sample | None:
        topic, argument = row["topic"], row["argument"].strip(" `")
        name = digest(f"{topic}\n{argument}")
        if name in seen:
            return None
        seen.add(name)
        meta = {"for": int(row["stance"]) > 0}
        return Sample(
            "argkp2021", name, "sentence", argument, {"opinion": 1}, group=topic, topic=topic, meta=meta
        )

    reader = csv.DictReader(io.StringIO(text))
    return convert(path, ((reader.line_num, dict(row)) for row in reader), make)


def read_perspectrum(folder: Path, options: Options) -> Iterator[Sample]:
    """PERSPECTRUM (Chen et al. 2019): perspectives on a claim; all are opinion, the claim is the group."""
    pool_path = present(folder / "perspective_pool_v1.0.json")
    claims_path = present(folder / "perspectrum_with_answers_v1.0.json")
    pool = {p["pId"]: p for p in json.loads(pool_path.read_text("utf-8"))}
    seen: set[int] = set()
    for number, claim in enumerate(json.loads(claims_path.read_text("utf-8")), 1):
        for cluster in claim["perspectives"]:
            for name in cluster["pids"]:
                if name not in pool:
                    raise IllFormedRowError(claims_path, number, f"perspective {name} is not in the pool")
                if name not in seen:
                    seen.add(name)
                    yield Sample(
                        "perspectrum", str(name), "sentence", pool[name]["text"].strip(), {"opinion": 1},
                        group=f"claim-{claim['cId']}", topic=claim["text"],
                        meta={"for": cluster["stance_label_3"] == "SUPPORT"},
                    )  # fmt: skip
