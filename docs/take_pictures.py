"""Take the pictures of every page that the README shows, from the bundled example with all its work done.

Run `python -m docs.take_pictures`; it starts the app on loopback and takes some minutes, for the long work is waited
for. With `--whole FOLDER` it also takes each page from top to bottom, to be looked at.
"""

from __future__ import annotations

import argparse
import io
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from benchmarks.app_server import EXAMPLE, ROOT, find_browser, served
from prioritiser import read_scenario
from prioritiser.cli.room.example import put_example
from prioritiser.store.location import DATABASE_VARIABLE

PAGES = ("balance", "trade-offs", "why", "capacity", "confidence", "compare", "workshop", "board-pack", "data")
SIZES = ((1366, 768), (1920, 1080), (390, 844))
LOOKS = ("light", "dark")
FOLDER = ROOT / "docs" / "pictures"
_WORK_WITHIN_MS = 600_000
_TALLEST = 16_000
_FINISHED = """() => {
  const app = document.querySelector('[data-testid=stApp]');
  return app && app.dataset.testScriptState === 'notRunning' && !document.querySelector('.working, .st-key-waiting')
    && !document.querySelector('[data-stale=true]') && document.querySelectorAll('table').length > 0;
}"""
_HEIGHT = "() => document.querySelector('[data-testid=stMain]').scrollHeight"


def _settle(page: Page) -> None:
    """Wait until nothing runs and nothing is still being worked out, for a moment on end."""
    for _ in range(3):
        page.wait_for_function(_FINISHED, timeout=_WORK_WITHIN_MS)
        page.wait_for_timeout(700)


def _picture(page: Page, path: Path) -> None:
    """Keep what the page shows, in few colours, as a small file."""
    with Image.open(io.BytesIO(page.screenshot())) as shown:
        shown.convert("RGB").quantize(256, dither=Image.Dither.NONE).save(path, optimize=True)


def _views(browser: Browser) -> Iterator[tuple[str, Page]]:
    for look in LOOKS:
        for width, height in SIZES:
            size = {"width": width, "height": height}
            context = browser.new_context(viewport=size, color_scheme=look, reduced_motion="reduce")
            yield f"{width}" if look == "light" else f"{width}-dark", context.new_page()
            context.close()


def take(address: str, names: list[str], whole: Path | None, only: str | None) -> None:
    """Take every page in every size and look."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_browser(), args=["--no-sandbox", "--disable-gpu"])
        for view, page in _views(browser):
            if only is not None and view != only:
                continue
            for name in names:
                page.goto(address + ("" if name == PAGES[0] else name))
                _settle(page)
                page.keyboard.press("Escape")
                if whole is None:
                    _picture(page, FOLDER / f"{name}-{view}.png")
                    continue
                size = page.viewport_size or {"width": 0, "height": 0}
                page.set_viewport_size(size | {"height": min(_TALLEST, page.evaluate(_HEIGHT) + 10)})
                _settle(page)
                page.screenshot(path=whole / f"{name}-{view}.png")
                page.set_viewport_size(size)
                print(name, view, flush=True)
        browser.close()


def main() -> None:
    """Take the pictures that are asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("pages", nargs="*", choices=[[], *PAGES], help="which pages; all without")
    parser.add_argument("--whole", type=Path, help="a folder for pages from top to bottom, instead of the README's")
    parser.add_argument("--only", help="one view, such as 390-dark")
    parser.add_argument("--address", help="an app that is already running")
    asked = parser.parse_args()
    FOLDER.mkdir(exist_ok=True)
    if asked.whole is not None:
        asked.whole.mkdir(exist_ok=True)
    names = asked.pages or list(PAGES)
    if asked.address is not None:
        take(asked.address, names, asked.whole, asked.only)
        return
    with tempfile.TemporaryDirectory(prefix="prioritiser-") as folder:
        os.environ[DATABASE_VARIABLE] = f"sqlite:///{Path(folder, 'rooms.sqlite').as_posix()}"
        put_example(read_scenario(EXAMPLE))  # the Workshop page shows a room of made-up people
        with served(EXAMPLE) as (port, _):
            take(f"http://127.0.0.1:{port}/", names, asked.whole, asked.only)


if __name__ == "__main__":
    main()
