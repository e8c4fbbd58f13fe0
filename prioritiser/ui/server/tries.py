"""How often a wrong code or key may be tried: per device, per address and for the server in all."""

from __future__ import annotations

import math
import threading
import time
from collections import deque
from collections.abc import Callable, Hashable
from dataclasses import dataclass

from prioritiser.recent import Recent

WINDOW_S = 60.0
OF_A_DEVICE, OF_AN_ADDRESS, OF_ALL = 10, 60, 200
_MOST_KEPT = 20_000


@dataclass(frozen=True)
class Device:
    """Who tries. Phones of one room may share an address, so an address may fail more often than a device.

    address: where it comes from. mark: the cookie it was given, empty for none. next_mark: the one it gets now.
    """

    address: str
    mark: str = ""
    next_mark: str = ""


class FailedTries:
    """Counts what failed in the last minute, for any number of threads. What succeeds is never counted.

    A device or address beyond its limit waits. Where the server is beyond its own, only those wait that have failed
    themselves: so nobody can keep a room from those who have its code.
    clock: seconds that only go forward.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock, self._lock = clock, threading.Lock()
        self._all: deque[float] = deque(maxlen=OF_ALL)
        self._of: Recent[Hashable, deque[float]] = Recent(_MOST_KEPT)

    def tried[T](self, device: Device, look: Callable[[], T | None]) -> T | int | None:
        """Look whether something opens; None where it does not, and whole seconds to wait where it was not tried.

        One after another, so that many tries at one moment count as many.
        """
        with self._lock:
            wait = self._wait_s(device)
            if wait > 0:
                return math.ceil(wait)
            found = look()
            if found is None:
                self._failed(device)
            return found

    def _wait_s(self, device: Device) -> float:
        now = self._clock()
        own = [self._until(key, most, now) for key, most in _keys(device)]
        if not any(own) and len(self._recent(self._all, now)) >= OF_ALL and self._has_failed(device, now):
            own.append(self._all[0] + WINDOW_S - now)
        return max(own)

    def _until(self, key: Hashable, most: int, now: float) -> float:
        times = self._recent(self._of.get(key, deque()), now)
        return times[-most] + WINDOW_S - now if len(times) >= most else 0.0

    def _has_failed(self, device: Device, now: float) -> bool:
        return any(self._recent(self._of.get(key, deque()), now) for key, _ in _keys(device))

    @staticmethod
    def _recent(times: deque[float], now: float) -> deque[float]:
        while times and times[0] <= now - WINDOW_S:
            times.popleft()
        return times

    def _failed(self, device: Device) -> None:
        now = self._clock()
        self._all.append(now)
        later = [((device.address, device.next_mark), OF_A_DEVICE)] if device.next_mark else []
        for key, most in [*_keys(device), *later]:
            self._of.recall_or(key, lambda most=most: deque(maxlen=most)).append(now)  # type: ignore[misc]


def _keys(device: Device) -> tuple[tuple[Hashable, int], ...]:
    return ((device.address, device.mark), OF_A_DEVICE), (device.address, OF_AN_ADDRESS)
