"""Files that are whole or not there."""

import os
from pathlib import Path

import pytest

from models.durable import copy_file, copy_files, place, write_whole


def test_write_whole(tmp_path: Path) -> None:
    """A file is made, then replaced; what a crash left beside it does no harm and goes away."""
    file = tmp_path / "CURRENT"
    (tmp_path / ".CURRENT.part").write_bytes(b"half of some")
    for content in (b"one\n", b"two\n"):
        write_whole(file, content)
        assert (file.read_bytes(), [*tmp_path.iterdir()]) == (content, [file])


def test_a_failed_write_leaves_the_old_content(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An error before the rename changes nothing and leaves nothing behind."""
    file = tmp_path / "CURRENT"
    write_whole(file, b"old")

    def fails(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", fails)
    with pytest.raises(OSError, match="No space left"):
        write_whole(file, b"new")
    assert (file.read_bytes(), [*tmp_path.iterdir()]) == (b"old", [file])


def test_everything_is_synced_before_the_rename(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """File, then rename, then folder: a power cut can leave no empty file under the name."""
    done: list[str] = []
    sync, rename = os.fsync, Path.replace

    def synced(handle: int) -> None:
        done.append(f"sync {Path(f'/proc/self/fd/{handle}').readlink().name}")
        sync(handle)

    def renamed(self: Path, target: Path) -> Path:
        done.append(f"rename {self.name}")
        return rename(self, target)

    monkeypatch.setattr(os, "fsync", synced)
    monkeypatch.setattr(Path, "replace", renamed)
    write_whole(tmp_path / "a", b"x")
    assert done == ["sync .a.part", "rename .a.part", f"sync {tmp_path.name}"]


def test_copies_keep_content_and_time(tmp_path: Path) -> None:
    """Files are copied by name, folders in them too, with the time of the original; nothing else is."""
    source = tmp_path / "from"
    (source / "deep").mkdir(parents=True)
    for name in ("a", "deep/b", "not this"):
        (source / name).write_bytes(name.encode() * 1_000_000)
        os.utime(source / name, (1_000_000_000, 1_000_000_000))
    copy_files(source, ("a", "deep/b"), tmp_path / "to")
    copied = {str(p.relative_to(tmp_path / "to")): p for p in (tmp_path / "to").rglob("*") if p.is_file()}
    assert {name: path.read_bytes() for name, path in copied.items()} == {
        name: name.encode() * 1_000_000 for name in ("a", "deep/b")
    }
    assert {path.stat().st_mtime for path in copied.values()} == {1_000_000_000}


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    """A copy needs a free place, and so does a folder that is moved."""
    for name in ("a", "b"):
        (tmp_path / name).write_text(name)
        (tmp_path / f"folder-{name}" / "inside").mkdir(parents=True)
    with pytest.raises(FileExistsError):
        copy_file(tmp_path / "a", tmp_path / "b")
    with pytest.raises(OSError, match="not empty"):
        place(tmp_path / "folder-a", tmp_path / "folder-b")
