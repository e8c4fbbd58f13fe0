"""Ways in which bytes, text and the parts of an archive go wrong."""

from __future__ import annotations

import io
import random
import zipfile
from collections.abc import Callable, Mapping

from tests.small import members_of

TOKENS = (
    "", " ", "-", "nil", "#REF!", "TBC", "1e308", "1e307", "-1e308", "1e-308", "1e400", "NaN", "inf", "9" * 400, "9" * 5000,
    "0", "-0", "1,2", "½", "\uff11\uff12", "\u200b", "\u202e", "\x1b[31m", "\x00", "\r\n", '"', "'", ";", "\t", ",,,", "=1+1", "@x",
    "_x000D_", "Â£", "\ufeff", "\ud7ff", "🙂", "tag:", "2026/27", "FY27", "../..", "[[what_if]]", "[" * 300, "{" * 300, "a." * 500,
    "]]>", "&lt;", "<!DOCTYPE x [<!ENTITY a 'b'>]>", "&a;", 'encoding="UTF-7"', "xmlns:x='y'", "true", "null", "[]", "{}",
)  # fmt: skip


def broken_bytes(content: bytes, rng: random.Random) -> bytes:
    """Bytes with something changed, cut, doubled or put in between."""
    data = bytearray(content)
    for _ in range(rng.choice((1, 1, 1, 2, 5))):
        at = rng.randrange(len(data) + 1)
        kind = rng.randrange(6)
        if kind == 0 and data:
            data[at % len(data)] = rng.randrange(256)
        elif kind == 1:
            data[at:at] = rng.choice(TOKENS).encode("utf-8", "surrogatepass")
        elif kind == 2:
            del data[at : at + rng.randrange(1, 40)]
        elif kind == 3:
            piece = bytes(data[at : at + rng.randrange(1, 200)])
            data[at:at] = piece * rng.choice((1, 2, 50))
        elif kind == 4:
            data[at:at] = rng.randbytes(rng.randrange(1, 9))
        else:
            del data[at:]
    return bytes(data)


def broken_cell(content: bytes, rng: random.Random, sign: str = ",") -> bytes:
    """A table with one cell replaced by something that people or programs write."""
    lines = content.decode("utf-8", "replace").split("\n")
    row = rng.randrange(len(lines))
    cells = lines[row].split(sign)
    cells[rng.randrange(len(cells))] = rng.choice(TOKENS)
    lines[row] = sign.join(cells)
    return "\n".join(lines).encode("utf-8", "surrogatepass")


def broken_value(content: bytes, rng: random.Random) -> bytes:
    """Text in which what stands behind an equals sign or a colon is replaced."""
    lines = content.decode("utf-8", "replace").split("\n")
    at = rng.randrange(len(lines))
    for sign in ("=", ":"):
        if sign in lines[at]:
            lines[at] = f"{lines[at].partition(sign)[0]}{sign} {rng.choice(TOKENS)}"
            break
    return "\n".join(lines).encode("utf-8", "surrogatepass")


def broken_member(content: bytes, rng: random.Random) -> bytes:
    """An archive in which one part is broken, missing, or there under another name."""
    parts = members_of(content)
    name = rng.choice(sorted(parts))
    kind = rng.randrange(8)
    if kind == 0:
        del parts[name]
    elif kind == 1:
        parts[rng.choice(("x/" + name, name.upper(), name + " ", "..\\" + name))] = parts.pop(name)
    elif kind == 2:
        parts[name] = parts[rng.choice(sorted(parts))]
    elif kind <= 4:
        parts[name] = broken_attribute(parts[name], rng)
    else:
        parts[name] = broken_bytes(parts[name], rng)
    return zipped(parts)


def broken_attribute(content: bytes, rng: random.Random) -> bytes:
    """XML in which one attribute or text is replaced."""
    pieces = content.split(b'"')
    if len(pieces) < 3:
        return broken_bytes(content, rng)
    at = rng.randrange(1, len(pieces), 2)
    pieces[at] = rng.choice(TOKENS).replace('"', "").encode("utf-8", "surrogatepass")
    return b'"'.join(pieces)


def zipped(parts: Mapping[str, bytes]) -> bytes:
    """An archive of these parts."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return content.getvalue()


type Mutator = Callable[[bytes, random.Random], bytes]
