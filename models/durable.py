"""Files that are whole or not there, also after a crash: written aside, brought to disk, then renamed."""

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Final

_PIECE: Final = 1_048_576


def write_whole(path: Path, content: bytes) -> None:
    """Replace a file at once; a reader sees the old content or the new one, never a part.

    Raises:
        OSError: it cannot be written; the old content stands.

    """
    scratch = path.with_name(f".{path.name}.part")
    scratch.unlink(missing_ok=True)  # what a crash left
    try:
        with scratch.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        scratch.replace(path)
    except OSError:
        scratch.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def copy_file(source: Path, target: Path) -> None:
    """Copy a file to a place that is free, and bring it to disk."""
    with source.open("rb") as read, target.open("xb") as written:
        while piece := read.read(_PIECE):
            written.write(piece)
        written.flush()
        os.fsync(written.fileno())
    made = source.stat()
    os.utime(target, ns=(made.st_atime_ns, made.st_mtime_ns))  # when a bundle was made stays to be seen


def copy_files(source: Path, names: Iterable[str], target: Path) -> None:
    """Copy files into a new folder by their names, folders in them included."""
    target.mkdir(parents=True)
    for name in names:
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        copy_file(source / name, target / name)
    sync_tree(target)


def place(scratch: Path, target: Path) -> None:
    """Move a whole folder to a place that is free, and keep it there."""
    scratch.rename(target)
    sync_folder(target.parent)


def sync_tree(folder: Path) -> None:
    """Bring a folder and everything in it to disk."""
    for path in folder.rglob("*"):
        sync_folder(path)
    sync_folder(folder)


def sync_folder(path: Path) -> None:
    """Bring a folder's entries (or a file's content) to disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
