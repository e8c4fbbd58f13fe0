"""Text that was decoded wrongly on its way: Â£ for £, â€“ for a dash, Ã© for é."""

import re

LOST = "\ufffd"  # what is put in the place of a letter that could not be decoded
_RUNS = re.compile(r"[^\x00-\x7f]{2,}")


def meant_text(text: str) -> str | None:
    """Return what a text was before UTF-8 was read as Windows-1252 on its way; None where it was not."""
    if text.isascii():
        return None
    mended = _RUNS.sub(_mended, text)
    return mended if mended != text else None


def _mended(found: re.Match[str]) -> str:
    """Decode a run of letters anew, where its bytes are UTF-8; those of a real language hardly ever are."""
    try:
        return b"".join(map(_byte, found[0])).decode("utf-8")
    except (UnicodeDecodeError, UnicodeEncodeError):
        return found[0]


def _byte(letter: str) -> bytes:
    """The byte that Windows-1252 reads as this letter; bytes that it leaves open pass through as they are."""
    try:
        return letter.encode("cp1252")
    except UnicodeEncodeError:
        return letter.encode("latin-1")
