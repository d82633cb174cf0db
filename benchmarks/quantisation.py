"""What quantisation costs each head: macro-F1 with the shipped int8 encoder less that with its fp32 weights.

``python benchmarks/quantisation.py`` fits all heads on the vectors of the bundle's encoder, without the
units that were kept from it when it was fine-tuned, and tests them on those units twice, with int8 vectors
and with those of the same weights in fp32; it writes benchmarks/quantisation.json. It needs torch (``pip
install -r requirements-train.txt``), the corpora, and the machine on which the encoder was made.
"""

import argparse
import json
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import numpy as np
from bench import machine
from sklearn.metrics import f1_score

from models.bundle import current_bundle_path, load_bundle
from models.encoder import local_encoders
from models.heads import Space
from training.assemble import SHIPPED, Assembled, assemble, with_encoder
from training.export import export_encoder
from training.finetune.lesson import held_back
from training.finetune.tuned import plain_encoder, weights_of
from training.fit import fit
from training.material import Fitted, Material
from training.specs import SPECS, Spec, targets_of
from training.tables import Table
from training.verify import corpora_home

HERE = Path(__file__).parent
#: What a head may lose at most.
LIMIT: Final = 0.005
DRAWS: Final = 1_000
Figures = dict[str, dict[str, Any]]


def only(material: Material, keys: frozenset[str]) -> Material:
    """Return the material with nothing but the samples of some keys."""
    tables: dict[Space, Table] = {}
    for space, table in material.tables.items():
        rows = [i for i, key in enumerate(table.keys) if key in keys]
        style = None if table.style is None else table.style[rows]
        tables[space] = replace(
            table, prepared=[table.prepared[i] for i in rows], counts=table.counts[rows],
            dense=table.dense[rows], style=style,
        )  # fmt: skip
    return replace(material, tables=tables)


def losses(fitted: Fitted, small: Material, full: Material) -> Figures:
    """Return the loss of each head on the same rows, with an interval from drawing units again."""
    found: Figures = {}
    for spec in SPECS:
        rows, truth = targets_of(spec, small.tables[spec.space])
        if spec.name in fitted.heads and len(rows):
            tables = (material.tables[spec.space] for material in (small, full))
            said = [_decided(spec, fitted, table, rows) for table in tables]
            units = small.tables[spec.space].units[rows]
            found[f"quantisation.{spec.name}.macro_f1.loss"] = _loss(truth, said[0], said[1], units)
    return found


def _decided(spec: Spec, fitted: Fitted, table: Table, rows: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    head = fitted.heads[spec.name]
    said = head.probabilities(fitted.base.decisions(spec, table, rows), "accurate")
    return head.decide(said, "accurate")[0]


def _loss(truth: Any, small: Any, full: Any, units: Any) -> dict[str, Any]:
    dice, names = np.random.default_rng(0), np.unique(units)
    places = {name: np.flatnonzero(units == name) for name in names}
    drawn = []
    for _ in range(DRAWS):
        rows = np.concatenate([places[name] for name in dice.choice(names, len(names))])
        drawn.append(_macro(truth[rows], full[rows]) - _macro(truth[rows], small[rows]))
    low, high = np.quantile(drawn, [0.025, 0.975])
    value = _macro(truth, full) - _macro(truth, small)
    return {
        "value": round(value, 4), "ci95": [round(float(low), 4), round(float(high), 4)], "n": len(truth),
        "int8": round(_macro(truth, small), 4), "changed": round(float((small != full).mean()), 4),
    }  # fmt: skip


def _macro(truth: Any, decided: Any) -> float:
    return float(f1_score(truth, decided, average="macro", zero_division=0))


def measure(assembled: Assembled, seed: int) -> Figures:
    """Fit without the units that no encoder is taught, and test on them, but for texts that we wrote."""
    kept = held_back(assembled.split.components, seed)
    fitted = fit(assembled.material, assembled.masks(kept))
    found = {key for key in kept if not key.startswith("seed/")}
    small = only(assembled.material, frozenset(found.difference(assembled.split.dropped)))
    documents = frozenset(map(str, small.tables["document"].keys))
    full = with_encoder(small, _full_encoder(assembled.encoder), documents)
    return losses(fitted, small, full)


def _assembled(encoder: str, jobs: int) -> Assembled:
    """Assemble as training did: from the encoder before fine-tuning, which has the same middle layers."""
    assembled = assemble(corpora_home(), SHIPPED, jobs=jobs, encoder=plain_encoder())
    material = with_encoder(assembled.material, encoder)
    return replace(assembled, material=material, encoder=encoder)


def _full_encoder(encoder: str) -> str:
    return export_encoder(local_encoders(), weights_of(encoder), quantised=False)


def main() -> int:
    """Measure, write, print; the exit status is 1 where a head loses more than it may."""
    parser = argparse.ArgumentParser(description="What quantisation costs each head.")
    parser.add_argument("--out", type=Path, default=HERE / "quantisation.json")
    parser.add_argument("--jobs", type=int, default=2)
    asked = parser.parse_args()
    facts: Mapping[str, Any] = machine()
    bundle = load_bundle(current_bundle_path())
    figures = measure(_assembled(bundle.encoder, asked.jobs), int(bundle.manifest["seed"]))
    result = {"bundle": bundle.version, "machine": facts, "figures": figures}
    asked.out.write_text(json.dumps(result, indent=1) + "\n", "utf-8")
    for name, figure in figures.items():
        late = "   MISSED" if figure["value"] > LIMIT else ""
        print(f"{name:50}{figure['value']:8.4f}  {figure['ci95']}  n {figure['n']}{late}")
    return int(any(figure["value"] > LIMIT for figure in figures.values()))


if __name__ == "__main__":
    sys.exit(main())
