"""How often a wrong code may be tried: the limits of a device, of an address and of the server, by a clock of the test."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from prioritiser.ui.server.tries import Device, FailedTries


class Clock:
    """Seconds that go forward when the test says so."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def wrong() -> str | None:
    return None


def right() -> str | None:
    return "room"


def test_device_waits_for_a_minute_since_its_first_of_ten_failures() -> None:
    clock = Clock()
    tries, device = FailedTries(clock), Device("192.0.2.5", "a")
    for _ in range(10):
        assert tries.tried(device, wrong) is None
        clock.now += 1
    assert tries.tried(device, right) == 50  # ten seconds have gone by since the first
    clock.now += 49
    assert tries.tried(device, right) == 1
    clock.now += 1
    assert tries.tried(device, right) == "room"
    assert tries.tried(device, wrong) is None
    assert tries.tried(device, wrong) == 1


def test_success_is_never_counted() -> None:
    tries, device = FailedTries(Clock()), Device("192.0.2.5")
    assert {tries.tried(device, right) for _ in range(1000)} == {"room"}
    assert tries.tried(device, wrong) is None


def test_cookie_that_is_given_with_a_failure_has_it_already() -> None:
    tries = FailedTries(Clock())
    tries.tried(Device("192.0.2.5", "", "a"), wrong)
    for _ in range(9):
        assert tries.tried(Device("192.0.2.5", "a"), wrong) is None
    assert tries.tried(Device("192.0.2.5", "a"), right) == 60


def test_address_waits_after_sixty_failures_whatever_cookies_it_shows() -> None:
    tries = FailedTries(Clock())
    for number in range(60):
        assert tries.tried(Device("192.0.2.5", f"{number:032x}"), wrong) is None
    assert tries.tried(Device("192.0.2.5", "f" * 32), right) == 60
    assert tries.tried(Device("192.0.2.6", "f" * 32), right) == "room"


def test_server_waits_after_two_hundred_failures_but_for_those_who_have_not_failed() -> None:
    tries = FailedTries(Clock())
    for number in range(200):
        assert tries.tried(Device(f"198.51.100.{number}"), wrong) is None
    assert tries.tried(Device("198.51.100.7"), right) == 60
    assert tries.tried(Device("198.51.100.7", "another"), right) == 60  # the same address
    assert tries.tried(Device("192.0.2.5"), right) == "room"
    assert tries.tried(Device("192.0.2.5"), wrong) is None  # its one try
    assert tries.tried(Device("192.0.2.5"), right) == 60


def test_many_tries_at_one_moment_count_as_many() -> None:
    tries, device = FailedTries(Clock()), Device("192.0.2.5")
    with ThreadPoolExecutor(16) as many:
        found = list(many.map(lambda _: tries.tried(device, wrong), range(100)))
    assert found.count(None) == 10 and found.count(60) == 90
