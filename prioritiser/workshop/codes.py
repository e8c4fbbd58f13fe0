"""Codes that people type, and keys that only their owner has."""

from __future__ import annotations

import hashlib
import secrets

LETTERS = "ACDEFHJKMNPRTVWXY"  # none that is taken for another, or for a number
CODE_LENGTH = 6
_KEY_GROUPS, _KEY_GROUP = 5, 5
_LONGEST = 200  # of what is looked at, whatever was sent


def new_code() -> str:
    """Make a code of six letters, such as HKTRWA."""
    return "".join(secrets.choice(LETTERS) for _ in range(CODE_LENGTH))


def new_key() -> str:
    """Make a facilitator's key: five groups of five letters, more than a hundred bits."""
    return "-".join("".join(secrets.choice(LETTERS) for _ in range(_KEY_GROUP)) for _ in range(_KEY_GROUPS))


def new_token() -> str:
    """Make what a phone shows to be known again."""
    return secrets.token_urlsafe(24)


def read_code(text: str) -> str:
    """Read a code as people type it: small letters, spaces and dashes mean nothing. Empty for what can be none."""
    letters = "".join(letter for letter in text[:60].upper() if not letter.isspace() and letter not in "-–_.")
    return letters if len(letters) == CODE_LENGTH and set(letters) <= set(LETTERS) else ""


def token_hash(token: str) -> str:
    """Return what is kept of a token: enough to know it again, and no way back."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()  # a token may be anything that was sent


def key_hash(key: str) -> str:
    """Return what is kept of a facilitator's key, however it was typed: small letters, spaces, no dashes."""
    letters = "".join(letter for letter in key[:_LONGEST].upper() if letter.isalpha())
    return hashlib.sha256(letters.encode()).hexdigest()
