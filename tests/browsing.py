"""The pages in a real browser: a live server, a page that listens to what goes wrong, and axe."""

import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from werkzeug.serving import make_server
from werkzeug.wsgi import ClosingIterator

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

CHROMIUM: Final = "/usr/bin/chromium"
ARGUMENTS: Final = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip
AXE: Final = Path(__file__).parent / "axe" / "axe-4.14.1.min.js"
#: Findings that are none of ours, each with its reason.
EXCEPTIONS: Final[dict[str, str]] = {}
_SERIOUS: Final = ("serious", "critical")
_RUN: Final = """async (rules) => {
  const found = await axe.run(document, { resultTypes: ["violations"], rules });
  return found.violations.map(({ id, impact, nodes }) => ({ id, impact, nodes: nodes.map((it) => it.html) }));
}"""


def whole(app: Callable[..., Any]) -> Callable[..., Any]:
    """Read every answer to its end before it is sent.

    Werkzeug's server never closes an answer when the browser goes away while it is sent: the file of a
    stylesheet stays open until it is collected, and the warning of it fails a test that did nothing wrong.
    """

    def read(environ: dict[str, Any], start: Callable[..., Any]) -> list[bytes]:
        with closing(ClosingIterator(app(environ, start))) as answer:
            return [b"".join(answer)]

    return read


@contextmanager
def serving(app: Callable[..., Any]) -> Iterator[str]:
    """Serve an app on a free port of this machine."""
    server = make_server("127.0.0.1", 0, whole(app), threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def chromium() -> "Iterator[Browser]":
    """Start Debian's Chromium."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        try:
            yield browser
        finally:
            browser.close()


@dataclass
class Tab:
    """A page of our server, with what it complained of and what it asked of other places."""

    page: "Page"
    address: str
    complaints: list[str] = field(default_factory=list)
    foreign: list[str] = field(default_factory=list)

    def listen(self) -> "Tab":
        """Note every console error, uncaught error and request to another place."""
        self.page.on(
            "console", lambda said: self.complaints.append(said.text) if said.type == "error" else None
        )
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", lambda asked: self._note(asked.url))
        return self

    def _note(self, url: str) -> None:
        if not url.startswith((self.address, "data:", "blob:")):
            self.foreign.append(url)

    def open(self, path: str) -> "Page":
        """Go to a page of ours and wait until its charts are drawn."""
        self.page.goto(self.address + path)
        self.drawn()
        return self.page

    def drawn(self) -> None:
        """Wait until every chart is drawn."""
        undrawn = (
            "() => [...document.querySelectorAll('.plot[data-chart]')].every((it) => it.childElementCount)"
        )
        self.page.wait_for_function(undrawn)

    def findings(self) -> list[dict[str, Any]]:
        """Return what axe finds serious or critical on the page as it is."""
        self.page.evaluate(AXE.read_text("utf-8"))
        rules = {name: {"enabled": False} for name in EXCEPTIONS}
        found = self.page.evaluate(_RUN, rules)
        return [one for one in found if one["impact"] in _SERIOUS]

    def check(self) -> None:
        """Assert that nothing went wrong so far, and that axe finds nothing serious."""
        assert not self.complaints + self.foreign, self.complaints + self.foreign
        found = self.findings()
        assert not found, found


@contextmanager
def tab(browser: "Browser", address: str, **options: Any) -> Iterator[Tab]:
    """Open a tab that listens, and assert at the end that nothing went wrong in it."""
    context = browser.new_context(**({"viewport": {"width": 1280, "height": 900}} | options))
    here = Tab(context.new_page(), address).listen()
    yield here
    assert not here.complaints + here.foreign, here.complaints + here.foreign
    context.close()
