"""Light clients that speak the protocol of the pages: they move weights as a browser would and read what comes back."""

from __future__ import annotations

import random
import threading
import time
from dataclasses import dataclass, field

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.exceptions import WebSocketException
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin, Subprotocol

SESSIONS, SECONDS = 20, 60
STARTED_OVER_S = 5  # sessions open one after another, as people do
PAUSE_S = (3.0, 6.0)  # somebody who moves a weight reads the answer before the next move
_GIVE_UP_S, _BACK_AFTER_S = 30.0, 0.5
_WEIGHT, _MOST_BYTES = "weight_national", 1 << 26


@dataclass
class Held:
    """What the sessions met: seconds of each move to an answer that says how good it is, and every error.

    proved: moves whose answer was proved best before the next one. broken: connections that ended, or were refused.
    """

    seconds: list[float] = field(default_factory=list)
    proved: int = 0
    broken: int = 0
    errors: list[str] = field(default_factory=list)


class Visit:
    """One session: what its inputs hold, and whether the page stands with an answer, and one that is proved."""

    def __init__(self, socket: ClientConnection, held: Held) -> None:
        self._socket, self._held = socket, held
        self._numbers: dict[str, float] = {}
        self._again: dict[str, tuple[float, float]] = {}
        self._answered = self._running = False
        self._address = ""
        self.proved = False

    def move(self, share: int) -> None:
        """Move a weight."""
        key = next(name for name in self._numbers if name.endswith(_WEIGHT))
        self._numbers[key] = float(share)
        self._answered = self.proved = False
        self.ask()

    def ask(self, fragment: str = "") -> None:
        """Ask for the page, or a part of it, with what the inputs hold."""
        message = BackMsg()
        message.rerun_script.query_string = self._address
        message.rerun_script.fragment_id = fragment
        message.rerun_script.is_auto_rerun = bool(fragment)
        for name, value in self._numbers.items():
            state = message.rerun_script.widget_states.widgets.add()
            state.id, state.double_value = name, value
        self._running = True
        self._socket.send(message.SerializeToString())

    def settle(self) -> bool:
        """Read until the page stands with an answer that says how good it is."""
        deadline = time.monotonic() + _GIVE_UP_S
        while time.monotonic() < deadline:
            if self._answered and not self._running:
                return True
            self.read(0.05)
        return False

    def read(self, seconds: float) -> None:
        """Take the next message, if one comes, and look again where the page asks for it."""
        try:
            self._take(ForwardMsg.FromString(self._socket.recv(timeout=seconds)))
        except TimeoutError:
            pass
        now = time.monotonic()
        for fragment, (every, last) in list(self._again.items()):
            if not self._running and now - last >= every:
                self._again[fragment] = (every, now)
                self.ask(fragment)

    def _take(self, message: ForwardMsg) -> None:
        kind = message.WhichOneof("type")
        if kind == "session_status_changed":
            self._running = message.session_status_changed.script_is_running
        elif kind == "page_info_changed":
            self._address = message.page_info_changed.query_string
        elif kind in {"navigation", "stop_auto_rerun"}:  # the first is of a run of the whole page
            self._again.clear()
        elif kind == "auto_rerun":
            self._again[message.auto_rerun.fragment_id] = (message.auto_rerun.interval, time.monotonic())
        elif kind == "delta":
            self._take_element(message)

    def _take_element(self, message: ForwardMsg) -> None:
        element = message.delta.new_element
        kind = element.WhichOneof("type")
        if kind == "exception":
            self._held.errors.append(f"{element.exception.type}: {element.exception.message}")
        elif kind == "number_input":
            number = element.number_input
            if number.set_value:
                self._numbers[number.id] = number.value
            else:
                self._numbers.setdefault(number.id, number.default)
        elif kind == "html" and 'class="proof"' in element.html.body:
            self.proved = "Proved best" in element.html.body
            self._answered = self.proved or "of the best possible" in element.html.body


def _hold(port: int, number: int, until: float, held: Held, comes_back: bool) -> None:
    chance = random.Random(number)
    time.sleep(STARTED_OVER_S * number / SESSIONS)
    while time.monotonic() < until:
        try:
            with connect(
                f"ws://127.0.0.1:{port}/_stcore/stream",
                origin=Origin(f"http://127.0.0.1:{port}"),
                subprotocols=[Subprotocol("streamlit")],
                max_size=_MOST_BYTES,
                compression=None,
            ) as socket:
                _move_until(Visit(socket, held), chance, until, held)
        except (OSError, WebSocketException) as error:
            if not comes_back:
                held.errors.append(f"{type(error).__name__}: {error}")
                return
            held.broken += 1
            time.sleep(_BACK_AFTER_S)
        except Exception as error:
            held.errors.append(f"{type(error).__name__}: {error}")
            return


def _move_until(visit: Visit, chance: random.Random, until: float, held: Held) -> None:
    visit.ask()
    if not visit.settle():
        held.errors.append("the page did not open")
        return
    while time.monotonic() < until:
        began = time.monotonic()
        visit.move(chance.randint(0, 100))
        if visit.settle():
            held.seconds.append(time.monotonic() - began)
        else:
            held.errors.append(f"no answer within {_GIVE_UP_S:.0f} s")
        rest = time.monotonic() + chance.uniform(*PAUSE_S)
        while time.monotonic() < min(rest, until):
            visit.read(0.1)
        held.proved += visit.proved


def hold_sessions(port: int, sessions: int = SESSIONS, seconds: float = SECONDS, *, comes_back: bool = False) -> Held:
    """Let sessions move weights side by side for a time. comes_back: whether a broken one connects anew."""
    held = Held()
    until = time.monotonic() + seconds
    threads = [
        threading.Thread(target=_hold, args=(port, number, until, held, comes_back), daemon=True)
        for number in range(sessions)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=seconds + 2 * _GIVE_UP_S)
    return held
