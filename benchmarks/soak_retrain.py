"""Retrain the heads from feedback with warm caches, and measure how long it takes.

``python benchmarks/soak_retrain.py`` needs the corpora (SLANTWISE_CORPORA) and the cache of SLANTWISE_HOME,
which a first run fills. Feedback is made of an invented article's words; candidates go into a folder of
their own. The first retraining encodes what is new and makes the predictions of the bundle in use; the
second one, from other feedback, is measured.
"""

import argparse
import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from models.home import slantwise_home

HERE = Path(__file__).parent
WORDS = (HERE / "article.txt").read_text("utf-8").split()
#: Upper limits; 0 is a verdict of the gate that passes, 3 one that does not.
LIMITS = {"retrain.heads.s": 300.0}
VERDICTS = (0, 3)
HEADER = {
    "format": "slantwise-feedback", "version": 1, "created_at": "2026-11-23T00:00:00+00:00", "bundle": None,
}  # fmt: skip
_DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def ulid(number: int) -> str:
    """Return a ULID, one after the other."""
    return "01JDA7Q0Z5B3C4D5" + "".join(_DIGITS[number >> 5 * place & 31] for place in range(9, -1, -1))


def judged(documents: int, rng: random.Random) -> Iterator[dict[str, Any]]:
    """Yield, for each of some texts, what two people said of the whole and of three sentences."""
    for number in range(documents):
        sentences = [f"{' '.join(rng.sample(WORDS, 18))}." for _ in range(12)]
        text, at = " ".join(sentences), 0
        about = {
            "document": ulid(number), "publisher": f"publisher {number % 40}", "text": text, "title": None,
            "frame": None, "target": None, "raters": 2, "bundle": "2026.11.1", "scored": None,
            "classes": ["no", "yes"],
        }  # fmt: skip
        for head in ("advocacy", "opinion_article", "partisan"):
            yield {
                **about,
                "head": head,
                "start": None,
                "end": None,
                "weights": {rng.choice(("no", "yes")): 1.0},
            }
        for sentence in sentences[:3]:
            part = {"start": at, "end": at + len(sentence)}
            for head in ("loaded_language", "opinion", "call_to_action"):
                yield {**about, **part, "head": head, "weights": {rng.choice(("no", "yes")): 1.0}}
            at += len(sentence) + 1


def retrain(home: Path, documents: int, seed: int) -> tuple[float, float, int]:
    """Retrain once; return seconds, seconds of processor time, and how many judgements there were."""
    lines = [HEADER, *judged(documents, random.Random(seed))]
    file = home / f"feedback-{seed}.jsonl"
    file.write_text("".join(f"{json.dumps(line)}\n" for line in lines), "utf-8")
    command = ["-c", "from slantwise import main; main()", "retrain", "--feedback", str(file), "--nice", "0"]
    before, began = _processor(), time.perf_counter()
    done = subprocess.run(
        [sys.executable, *command], env={**os.environ, "SLANTWISE_HOME": str(home)}, check=False
    )
    if done.returncode not in VERDICTS:
        raise SystemExit(f"retraining ended with status {done.returncode}")
    return time.perf_counter() - began, _processor() - before, len(lines) - 1


def _processor() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def measure(documents: int) -> dict[str, dict[str, float]]:
    """Warm up, then measure with other feedback."""
    with tempfile.TemporaryDirectory() as name:
        home = Path(name)
        cache = slantwise_home() / "cache"
        cache.mkdir(parents=True, exist_ok=True)
        (home / "cache").symlink_to(cache.resolve())
        retrain(home, documents, 0)
        seconds, processor, n = retrain(home, documents, 1)
    return {
        "retrain.heads.s": {"value": round(seconds, 1), "n": 1, "judgements": n},
        "retrain.heads.processor_s": {"value": round(processor, 1), "n": 1, "judgements": n},
    }


def main() -> int:
    """Measure, write, print; the exit status is 1 where a limit is missed."""
    parser = argparse.ArgumentParser(description="Retrain the heads with warm caches.")
    parser.add_argument("--documents", type=int, default=200)
    parser.add_argument("--out", type=Path, default=HERE / "soak_retrain.json")
    asked = parser.parse_args()
    load = round(os.getloadavg()[0], 2)
    figures = measure(asked.documents)
    facts = {"cores": len(os.sched_getaffinity(0)), "load_before": load}
    asked.out.write_text(json.dumps({"machine": facts, "figures": figures}, indent=1) + "\n", "utf-8")
    print(json.dumps(figures, indent=1))
    return int(any(figures[name]["value"] > limit for name, limit in LIMITS.items()))


if __name__ == "__main__":
    raise SystemExit(main())
