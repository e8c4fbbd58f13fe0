"""Measure the web app on the bundled example in a browser, as ratios to the same page with its answer known.

A step is a key in the number of a weight, until the list of initiatives stands repainted with the answer of the map,
which certifies how far it may be off; the proved answer follows, and is timed too. The floor is the same steps back,
whose answers are kept. Then 20 light clients speak the protocol of the
pages (20 pages of a browser would measure the browser on two cores) and move weights for a minute. Exits with 1 when a
target is missed. The first run also builds the weight map, which is then kept; run it again for the figures.
"""

from __future__ import annotations

import os
import statistics
import sys
from collections.abc import Sequence
from time import perf_counter

from playwright.sync_api import Browser, Page, sync_playwright

from benchmarks.app_server import BROWSERS, find_browser, memory_mb, served
from benchmarks.app_sessions import SECONDS, SESSIONS, Held, hold_sessions

STEPS, LOADS = 12, 5
MOST_RATIO, MOST_STEP_S, MOST_FRAME_MS, MOST_LOAD_S = 3.0, 0.3, 16.0, 1.5
MOST_MEDIAN_S, MOST_SESSION_MB = 1.0, 1.0
MEMORY_ROUNDS, MEMORY_SECONDS = 3, 30
_MAP_WITHIN_S, _REST_MS = 240, 500
_OPTIONS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run")
# Settled: nothing runs, the answer is proved with nothing more to come, and all below it belongs to it.
_SETTLED = """
  window.settled = () => {
    const app = document.querySelector('[data-testid=stApp]');
    const proof = document.querySelector('.proof');
    return !!app && app.dataset.testScriptState === 'notRunning'
      && !!proof && proof.innerText.startsWith('Proved best')
      && !document.querySelector('.st-key-waiting') && !!document.querySelector('.st-key-rest table')
      && !document.querySelector('.st-key-rest [data-stale=true], .behind');
  };
  window.repainted = () => {
    const table = document.querySelector('.st-key-rest .board.initiatives');
    const parts = [...document.querySelectorAll('.st-key-reached, .st-key-rest')];
    return !!table && !table.closest('[data-stale=true]')
      && !parts.some(part => part.querySelector(':scope > * > * > .behind'));
  };
  window.run = () => Number(document.querySelector('.st-key-run input')?.value ?? 0);
  window.took = [];
  const ask = window.requestAnimationFrame.bind(window);
  window.requestAnimationFrame = act => ask(now => {
    const began = performance.now();
    act(now);
    if (window.measuring) window.took.push(performance.now() - began);
  });
"""
# One key, timed within the page: from just before it until the first frame at which the list, and then all, stands.
_STEP = """
  () => { window.before = window.run(); window.began = 0;
    window.addEventListener('keydown', () => { window.began = performance.now(); }, {capture: true, once: true});
    const until = holds => new Promise(tell => {
      const look = () => window.began && window.run() > window.before && holds()
        ? requestAnimationFrame(() => tell(performance.now() - window.began)) : requestAnimationFrame(look);
      look();
    });
    window.done = Promise.all([until(window.repainted), until(window.settled)]); }
"""
# The same for a key on the dot of the picker, which answers from the map: until its line or its card has changed.
_PICK = """
  dot => { const picker = dot.closest('.picker'); window.began = 0;
    window.addEventListener('keydown', () => { window.began = performance.now(); }, {capture: true, once: true});
    window.done = new Promise(tell => {
      const seen = new MutationObserver(() => { if (!window.began) return; seen.disconnect();
        requestAnimationFrame(() => tell(performance.now() - window.began)); });
      seen.observe(picker, {subtree: true, childList: true, characterData: true, attributes: true});
    }); }
"""


def most_of_ten(values: Sequence[float]) -> float:
    """Return the value that nine of ten do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, -(-9 * len(ordered) // 10) - 1)]


def _open(page: Page, address: str) -> float:
    began = perf_counter()
    page.goto(address)
    page.wait_for_function("() => window.settled()", polling="raf", timeout=60_000)
    return perf_counter() - began


def _pressed(page: Page, selector: str, key: str, listen: str) -> list[float]:
    """Press a key when the page has come to rest; return what was timed within the page, in seconds."""
    page.wait_for_function("() => window.settled()", polling="raf", timeout=60_000)
    page.locator(selector).focus()
    page.locator(selector).evaluate(listen)
    page.wait_for_timeout(_REST_MS)
    page.keyboard.press(key)
    took: float | list[float] = page.evaluate("() => window.done")
    return [part / 1000 for part in (took if isinstance(took, list) else [took])]


def _steps(page: Page, key: str) -> tuple[list[float], list[float]]:
    """Time steps of a weight: to the list repainted, and to the proved answer on the whole page, in seconds."""
    both = [_pressed(page, ".st-key-weight_national input", key, _STEP) for _ in range(STEPS)]
    return [one[0] for one in both], [one[1] for one in both]


def _frames(page: Page) -> list[float]:
    """Time the handlers of the frames of a drag of the dot, in milliseconds."""
    page.locator(".picker .dot").scroll_into_view_if_needed()
    box = page.locator(".picker .dot").bounding_box()
    if box is None:
        raise RuntimeError("the picker cannot be seen")
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.evaluate("() => { window.measuring = true; }")
    for step in range(60):
        page.mouse.move(x - 1.2 * step, y + 0.9 * step - 4 * (step % 7))
    page.evaluate("() => { window.measuring = false; }")
    took: list[float] = page.evaluate("() => window.took")
    page.keyboard.press("Escape")
    page.mouse.up()
    return took


def _line(what: str, figure: float, unit: str, most: float) -> bool:
    broken = not figure <= most
    print(f"{what:<52}{figure:9.2f} {unit:<3} (under {most:g}){'  BROKEN' if broken else ''}", flush=True)
    return broken


def _in_browser(browser: Browser, address: str) -> bool:
    page = browser.new_context(viewport={"width": 1366, "height": 768}).new_page()
    page.add_init_script(_SETTLED)
    _open(page, address)
    began = perf_counter()
    page.locator(".picker .region").first.wait_for(state="attached", timeout=1000 * _MAP_WITHIN_S)
    page.wait_for_function("() => !document.querySelector('.st-key-settings .working')", timeout=1000 * _MAP_WITHIN_S)
    print(f"weight map ready after {perf_counter() - began:.0f} s")
    loads = [_open(page, address) for _ in range(LOADS)]
    picks = [_pressed(page, ".picker .dot", "ArrowUp", _PICK)[0] for _ in range(STEPS)]
    page.wait_for_timeout(1500)
    _open(page, address + "?weights=40,30,30")
    listed, proved = _steps(page, "ArrowUp")
    floor, _ = _steps(page, "ArrowDown")
    least = statistics.median(floor)
    print(f"floor, median of {len(floor)}: {1000 * least:.0f} ms; p90 {1000 * most_of_ten(floor):.0f} ms")
    print(f"step to the list repainted: median {1000 * statistics.median(listed):.0f} ms")
    print(f"step to the proved answer: median {statistics.median(proved):.1f} s; p90 {most_of_ten(proved):.1f} s")
    broken = _line("step to the list repainted, ratio to the floor", statistics.median(listed) / least, "", MOST_RATIO)
    broken |= _line("step to the list repainted, p90", most_of_ten(listed), "s", MOST_STEP_S)
    broken |= _line("step of the dot to the answer in the browser, p90", most_of_ten(picks), "s", MOST_STEP_S)
    broken |= _line("frame of a drag, p90", most_of_ten(_frames(page)), "ms", MOST_FRAME_MS)
    broken |= _line("warm page load, median", statistics.median(loads), "s", MOST_LOAD_S)
    page.context.close()
    return broken


def _report(held: Held, grown: float) -> bool:
    moves = len(held.seconds)
    print(f"{SESSIONS} sessions, {SECONDS} s: {moves} moves answered, {held.proved} proved best before the next move")
    for error in held.errors[:3]:
        print(f"  {error}")
    broken = _line("errors", len(held.errors), "", 0)
    broken |= _line("move to an answer with its gap, median", statistics.median(held.seconds), "s", MOST_MEDIAN_S)
    more = MEMORY_ROUNDS * SESSIONS
    return broken | _line(f"memory a session, of {more} more", grown / more, "MB", MOST_SESSION_MB)


def main() -> int:
    """Print every figure with its target; return 1 when one is missed."""
    path = find_browser()
    if path is None:
        print(f"No browser found: install one of {', '.join(BROWSERS)}.")
        return 1
    print(f"example-ics; load of the machine before: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    with served() as (port, process):
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=path, args=list(_OPTIONS))
            broken = _in_browser(browser, f"http://127.0.0.1:{port}/")
            browser.close()
        held = hold_sessions(port)
        before = memory_mb(process)  # answers and tables that all sessions share are kept by now
        for _ in range(MEMORY_ROUNDS):
            held.errors += hold_sessions(port, seconds=MEMORY_SECONDS).errors
        broken |= _report(held, memory_mb(process) - before)
    return int(broken)


if __name__ == "__main__":
    sys.exit(main())
