"""At which address phones reach this machine, found without asking anybody; and what may stand between."""

from __future__ import annotations

import ipaddress
import re
import socket
import ssl
import struct
import sys
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from prioritiser.errors import SettingsError
from prioritiser.workshop.link import ADDRESS_VARIABLE, ROOM_PATH

_ROUTES = Path("/proc/net/route")
_EVERYWHERE = "00000000"
_ASK_ADDRESS = 0x8915  # SIOCGIFADDR of Linux
# Networks that programs make inside a machine, where no phone is.
_INSIDE = re.compile(r"(lo|docker|br-|veth|virbr|vmnet|vboxnet|cni|flannel|podman|lxc|lxd)\w*-?\w*", re.ASCII)
# Nobody has these addresses (RFC 5737) or they are private. A socket of datagrams that is connected sends nothing.
_BEYOND = ("192.0.2.1", "192.168.0.1", "10.0.0.1", "172.16.0.1")


def network_addresses(platform: str = sys.platform, routes: Path = _ROUTES) -> tuple[str, ...]:
    """Return the addresses of this machine in its networks, the likeliest for phones first; none without a network."""
    found = _of_interfaces(routes) if platform == "linux" else _by_route()
    return tuple(dict.fromkeys(address for address in found if _is_reachable(address)))


def _is_reachable(address: str) -> bool:
    parsed = ipaddress.ip_address(address)
    return not (parsed.is_loopback or parsed.is_unspecified or parsed.is_multicast)


def _of_interfaces(routes: Path) -> list[str]:
    """Addresses of the interfaces, that of the way out first."""
    import fcntl  # noqa: PLC0415 - not there on Windows

    lines = routes.read_text(encoding="ascii", errors="replace").splitlines()[1:] if routes.exists() else []
    out = {line.split()[0] for line in lines if len(line.split()) > 1 and line.split()[1] == _EVERYWHERE}
    found: list[tuple[bool, int, str]] = []
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asked:
        for number, name in socket.if_nameindex():
            if _INSIDE.fullmatch(name):
                continue
            try:
                given = fcntl.ioctl(asked.fileno(), _ASK_ADDRESS, struct.pack("256s", name.encode()[:15]))
            except OSError:
                continue  # it has none
            found.append((name not in out, number, socket.inet_ntoa(given[20:24])))
    return [address for _, _, address in sorted(found)]


def _by_route() -> list[str]:
    """Addresses that this machine would speak from to others, as its table of routes says."""
    found = []
    for beyond in _BEYOND:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asked:
            try:
                asked.connect((beyond, 9))
            except OSError:
                continue  # there is no way there
            found.append(str(asked.getsockname()[0]))
    return found


def address_of_room(port: int, is_encrypted: bool, environment: Mapping[str, str], found: tuple[str, ...]) -> str:
    """Return the address that phones use: the one that a variable names, else the likeliest; empty for none.

    Raises SettingsError for a named one that makes no sense.
    """
    named = environment.get(ADDRESS_VARIABLE, "").strip().rstrip("/")
    if not named:
        return f"{'https' if is_encrypted else 'http'}://{found[0]}:{port}" if found else ""
    try:
        parts = urlsplit(named)
        fits = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        fits, parts = False, urlsplit("")
    if not fits or parts.path or parts.query or parts.fragment or "@" in parts.netloc:
        raise SettingsError(
            f'{ADDRESS_VARIABLE} is "{named}". Expected an address such as https://room.example or http://192.0.2.1:8501.'
        )
    return named


def room_lines(address: str, port: int, others: tuple[str, ...]) -> list[str]:
    """Say where phones go, and what may keep them from there. others: further addresses of this machine."""
    if not address:
        return ["This computer is on no network, so phones cannot come. Connect it to one and start again."]
    also = [other for other in others if other not in address]
    lines = [f"Phones go to {address}{ROOM_PATH}"]
    lines += [f"This computer is in other networks too, as {', '.join(also)}."] if also else []
    lines.append(
        f"If a phone does not get there: let this computer's firewall take connections at port {port}. Many guest "
        "networks keep devices apart; then use another network, such as a router or hotspot of your own."
    )
    lines.append(f"From another computer, the facilitator opens {address}{ROOM_PATH}/facilitate and gives the key.")
    if address.startswith("http://"):
        lines.append(
            "Others in the network can read along what phones send. To prevent that, give --certificate and --key."
        )
    return lines


def check_certificate(certificate: Path | None, key: Path | None) -> None:
    """Raise SettingsError where a certificate and its key cannot be used together."""
    if certificate is None and key is None:
        return
    if certificate is None or key is None:
        raise SettingsError("--certificate and --key go together: give both, or neither.")
    for option, path in (("--certificate", certificate), ("--key", key)):
        if not path.is_file():
            raise SettingsError(f"{option} {path}: there is no such file.")
    try:
        # an empty password, as a program that asks for one would wait for ever
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(certificate, key, password=lambda: "")
    except (OSError, ValueError) as error:
        raise SettingsError(
            f"--certificate {certificate} and --key {key} cannot be used together. Expected PEM files, the key without "
            "a password and of this certificate."
        ) from error
