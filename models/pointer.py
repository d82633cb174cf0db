"""Which bundle is in use: CURRENT in SLANTWISE_HOME holds a version, and nothing else."""

import os
import re
import stat
from pathlib import Path
from typing import Final

from models.bundle_files import BundleRejected
from models.home import slantwise_home

SHIPPED: Final = Path(__file__).parent / "bundles"
POINTER: Final = "CURRENT"
#: A version is a folder's name on every system, and fits the store's column.
VERSION: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+-]{0,63}")


def current_bundle_path() -> Path:
    """Return the bundle in use: SLANTWISE_BUNDLE, else the CURRENT pointer, else the newest shipped one.

    Raises:
        BundleRejected: when there is none, or CURRENT does not name one.

    """
    chosen = os.environ.get("SLANTWISE_BUNDLE")
    return Path(chosen) if chosen else pointed_bundle_path()


def pointed_bundle_path() -> Path:
    """Return the bundle that CURRENT names, or without it the newest shipped one.

    Raises:
        BundleRejected: when there is none, or CURRENT does not name one.

    """
    version = read_pointer()
    if version is None:
        return newest_shipped()
    try:
        return bundle_folder(version)
    except BundleRejected as error:
        raise BundleRejected(f"{POINTER} names {version}: {error}") from None


def read_pointer() -> str | None:
    """Return the version that CURRENT holds, None without one.

    Raises:
        BundleRejected: it is no plain file, cannot be read, or holds no version.

    """
    path = slantwise_home() / POINTER
    try:
        if not stat.S_ISREG(path.lstat().st_mode):
            raise BundleRejected(f"{POINTER} is no plain file")
        with path.open("rb") as file:
            held = file.read(200).decode("ascii", "replace").strip()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise BundleRejected(f"{POINTER} cannot be read: {error.strerror}") from None
    if not VERSION.fullmatch(held):
        raise BundleRejected(f"{POINTER} holds no version of a bundle")
    return held


def local_bundles() -> Path:
    """Return the folder of the bundles that were made or published on this machine."""
    return slantwise_home() / "bundles"


def bundle_folder(version: str) -> Path:
    """Return where a bundle lies: among the local ones, else among the shipped ones.

    Raises:
        BundleRejected: there is none, it is a link, or this is no version.

    """
    if not VERSION.fullmatch(version):
        raise BundleRejected("a version has letters, digits and . _ + - and at most 64 of them")
    for folder in (local_bundles() / version, SHIPPED / version):
        if folder.is_symlink():
            raise BundleRejected(f"bundles/{version} is a link")
        if folder.is_dir():
            return folder
    raise BundleRejected(f"no bundle {version} in SLANTWISE_HOME/bundles, nor shipped")


def newest_shipped() -> Path:
    """Return the shipped bundle with the highest version.

    Raises:
        BundleRejected: when there is none.

    """
    shipped = bundles_in(SHIPPED)
    if not shipped:
        raise BundleRejected(f"no bundle under {SHIPPED}")
    return max(shipped, key=lambda path: version_order(path.name))


def bundles_in(folder: Path) -> list[Path]:
    """Return the bundles of a folder; what is still being written has a dot before its name."""
    return [path.parent for path in folder.glob("*/manifest.json") if VERSION.fullmatch(path.parent.name)]


def version_order(name: str) -> tuple[tuple[int, str], ...]:
    """Return a key that puts 2026.11.10 after 2026.11.9."""
    return tuple((int(part), "") if part.isdecimal() else (-1, part) for part in name.split("."))
