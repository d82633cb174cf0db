"""The pictures of the README and the docs: the demo, scored by the shipped bundle, in a real browser.

    python benchmarks/screenshots.py [--keep FOLDER]

Writes docs/*.png. The demo lies in a folder of its own, so that no store of anybody's is shown.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, Literal

from playwright.sync_api import Browser, sync_playwright
from werkzeug.serving import WSGIRequestHandler, make_server

ROOT: Final = Path(__file__).parents[1]
CHROMIUM: Final = "/usr/bin/chromium"
ARGUMENTS: Final = ("--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking")
WIDE: Final = (1440, 900)
NARROW: Final = (390, 844)
Shot = tuple[str, str, tuple[int, int], Literal["light", "dark"]]
#: Files with the page each shows, its size and theme.
SHOTS: Final[tuple[Shot, ...]] = (
    ("page", "/", WIDE, "light"),
    ("overview", "/dashboard/", WIDE, "light"),
    ("overview-dark", "/dashboard/", WIDE, "dark"),
    ("overview-narrow", "/dashboard/", NARROW, "light"),
    ("publishers", "/dashboard/publishers", WIDE, "light"),
    ("article", "/dashboard/articles", WIDE, "light"),
    ("targets", "/dashboard/targets", WIDE, "light"),
    ("model", "/dashboard/model", WIDE, "dark"),
)
_DRAWN: Final = (
    "() => [...document.querySelectorAll('.plot[data-chart]')].every((it) => it.childElementCount)"
)


class Quiet(WSGIRequestHandler):
    """A server that logs nothing."""

    def log(self, type: str, message: str, *args: object) -> None:
        """Say nothing."""


@contextmanager
def serving(home: Path) -> Iterator[str]:
    """Fill a home with the demo where it is not there yet, and serve it on a free port."""
    os.environ["SLANTWISE_HOME"] = str(home)
    subprocess.run([sys.executable, "-m", "slantwise", "demo"], check=True)
    from service.app import create_app
    from service.settings import Settings

    server = make_server("127.0.0.1", 0, create_app(Settings()), threaded=True, request_handler=Quiet)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.port}"
    finally:
        server.shutdown()
        thread.join()


def take(browser: Browser, address: str, shot: Shot) -> None:
    """Take one picture."""
    name, path, (width, height), scheme = shot
    page = browser.new_page(viewport={"width": width, "height": height}, color_scheme=scheme)
    page.goto(address + path)
    if name == "page":
        page.get_by_role("button", name="Try an example").click()
        page.locator(".reading").wait_for()
        page.evaluate("scrollTo(0, 0)")
    if name == "article":
        page.locator("main a[href*='/dashboard/articles/']").first.click()
        page.wait_for_load_state()
    page.wait_for_function(_DRAWN)
    page.screenshot(path=ROOT / "docs" / f"{name}.png")
    page.close()


def main() -> None:
    """Take all pictures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--keep", type=Path, help="a folder for the demo's store, to be used again")
    keep = parser.parse_args().keep
    with (
        tempfile.TemporaryDirectory() as folder,
        serving(keep or Path(folder)) as address,
        sync_playwright() as play,
    ):
        browser = play.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        for shot in SHOTS:
            take(browser, address, shot)
            print(f"docs/{shot[0]}.png")
        browser.close()


if __name__ == "__main__":
    main()
