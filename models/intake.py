"""A bundle on its way into SLANTWISE_HOME: copied aside, judged as copied, then moved into place."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final

from models import pointer
from models.bundle import Bundle, load_bundle
from models.bundle_files import BundleRejected, read_manifest, verify
from models.durable import copy_files, place, sync_tree, write_whole
from models.encoder import Encoder, EncoderRejected, encoder_folder, file_sha256, local_encoders
from models.scorer import Scorer
from models.switch import PublishRefused

#: What goes with a bundle, beside its folder, each with the version before it.
COMPANIONS: Final = (
    "-gate.json", "-gate.md", "-run.json", "-oof.npz", "-reference.json", "-report/report.json",
    "-report/report.md",
)  # fmt: skip
_SCRATCH: Final = ".incoming"
_ENCODER_FILES: Final = ("encoder.onnx", "tokenizer.json")


class Intake:
    """One bundle, from the folder that was named to its place; see :func:`taking_in`."""

    def __init__(self, source: Path) -> None:
        manifest = read_manifest(source)
        verify(source, manifest)
        self.source = source
        self.version = str(manifest["version"])
        if not pointer.VERSION.fullmatch(self.version):
            raise BundleRejected(
                f"{source.name}: a version has letters, digits and . _ + - and at most 64 of them"
            )
        self._files = ("manifest.json", *manifest["files"])
        self._there = self._place_taken()
        self._new_encoder = _beside(source, str(manifest["encoder"]))
        self.bundle = self._tested(manifest)

    def settle(self) -> None:
        """Move everything to its place, the bundle last, and bring it to disk.

        Raises:
            OSError: it cannot be written; what is in use has not changed.

        """
        if self._new_encoder:
            name = self._new_encoder.name
            place(local_encoders() / _SCRATCH / name, local_encoders() / name)
        home = pointer.local_bundles()
        for found, kept in self._companions():
            kept.parent.mkdir(exist_ok=True)
            write_whole(kept, found.read_bytes())
        if self._there is None:
            place(home / _SCRATCH / self.version, home / self.version)
        elif self._there.parent == home:
            sync_tree(self._there)

    def _companions(self) -> Iterator[tuple[Path, Path]]:
        """Give what lies beside a bundle from elsewhere, and where it is kept."""
        beside = self.source.resolve().parent
        if beside in (pointer.SHIPPED.resolve(), pointer.local_bundles().resolve()):
            return
        for suffix in COMPANIONS:
            found = beside / f"{self.version}{suffix}"
            if found.is_file():
                yield found, pointer.local_bundles() / found.relative_to(beside)

    def _place_taken(self) -> Path | None:
        """Return where this bundle lies already, None where it has to be copied.

        Raises:
            BundleRejected: its folder has another name than its version.
            PublishRefused: another bundle has its version.

        """
        for home in (pointer.local_bundles(), pointer.SHIPPED):
            if self.source.resolve().parent == home.resolve() and self.source.name != self.version:
                raise BundleRejected(f"{self.source.name}: manifest.json says {self.version}")
            there = home / self.version
            if there.is_symlink():
                raise BundleRejected(f"bundles/{self.version} is a link")
            if there.exists():
                if _manifest_sha256(there) != _manifest_sha256(self.source):
                    raise PublishRefused(f"there is another bundle of the version {self.version}")
                return there
        return None

    def _tested(self, manifest: dict[str, Any]) -> Bundle:
        """Copy what is new, and return the bundle as it lies then, verified and self-tested."""
        if self._new_encoder:
            there = [name for name in _ENCODER_FILES if (self._new_encoder / name).is_file()]
            copy_files(self._new_encoder, there, local_encoders() / _SCRATCH / self._new_encoder.name)
        if self._there is None:
            copy_files(self.source, self._files, pointer.local_bundles() / _SCRATCH / self.version)
        folder = self._there or pointer.local_bundles() / _SCRATCH / self.version
        return sound(folder, local_encoders() / _SCRATCH if self._new_encoder else None)


@contextmanager
def taking_in(source: Path) -> Iterator[Intake]:
    """Judge a bundle as it will lie; it is in its place once :meth:`Intake.settle` was called.

    Raises:
        BundleRejected: it, or its encoder, is damaged or missing, or does not pass its self-test.
        PublishRefused: another bundle has its version.
        OSError: the disk is full, or SLANTWISE_HOME cannot be written.

    """
    homes = (pointer.local_bundles(), local_encoders())
    try:
        for home in homes:
            home.mkdir(parents=True, exist_ok=True)
            shutil.rmtree(home / _SCRATCH, ignore_errors=True)  # what a crash left
        yield Intake(source)
    finally:
        for home in homes:
            shutil.rmtree(home / _SCRATCH, ignore_errors=True)


def sound(folder: Path, encoders: Path | None = None) -> Bundle:
    """Load a bundle and let it score its reference texts.

    Raises:
        BundleRejected: a file is missing or altered, or a score is not as it was.

    """
    bundle = load_bundle(folder)
    if not bundle.reference:
        raise BundleRejected(f"{bundle.version}: reference.json holds no text for the self-test")
    try:
        encoder = Encoder.load(bundle.encoder, home=encoders)
    except EncoderRejected as error:
        raise BundleRejected(f"{bundle.version}: {error}") from None
    Scorer(bundle, encoder=encoder).self_test()
    return bundle


def _beside(source: Path, sha256: str) -> Path | None:
    """Return the folder of an encoder that came with a bundle and is not on this machine yet."""
    with suppress(EncoderRejected):
        encoder_folder(sha256)
        return None
    folder = source.resolve().parent
    try:
        return encoder_folder(sha256, (folder / "encoders", folder.parent / "encoders"))
    except EncoderRejected as error:
        raise BundleRejected(f"{source.name}: {error}, here and beside the bundle") from None


def _manifest_sha256(bundle: Path) -> str | None:
    manifest = bundle / "manifest.json"
    return file_sha256(manifest) if manifest.is_file() else None
