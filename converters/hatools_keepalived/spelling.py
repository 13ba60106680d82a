"""How single values are spelled in keepalived.conf: words, times, addresses, comments."""

from __future__ import annotations

import socket

from hatools_keepalived.values import is_placeholder

LONGEST_LINE = 1000
"""Bytes of a written line, below the 1,023 that keepalived reads."""

_PLAIN = frozenset(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_./:,=+*?&%;()[]<>|^'"
)
_FOREIGN_COMMENT = ("//", "/*", "*/", ";")


def word(text: str) -> str | None:
    """Return *text* as one word, quoted where it must be; None where keepalived cannot say it."""
    if not _sayable(text) or is_placeholder((text,)):
        return None
    if text and _PLAIN.issuperset(text) and not text.startswith(_FOREIGN_COMMENT):
        return text
    if '"' in text or text.endswith("\\"):
        return None
    return f'"{text}"'


def script_word(text: str) -> str | None:
    """Return *text* as one word of a script line, where a backslash escapes."""
    if _PLAIN.issuperset(text) and "'" not in text and text and _sayable(text):
        return text
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"' if _sayable(escaped) and not is_placeholder((text,)) else None


def pattern_word(pattern: str) -> tuple[str, str] | None:
    """Return a regular expression as keepalived keeps it, and as a word; None if it cannot be.

    Backslashes stay as they are in a pattern, and nothing escapes a quotation mark (tried with
    2.2.7), so it is kept as its code.
    """
    kept: list[str] = []
    characters = iter(pattern)
    for character in characters:
        if character == "\\":
            character += next(characters, "\\")
        kept.append("\\x22" if character.endswith('"') else character)
    text = "".join(kept)
    return (text, f'"{text}"') if text and _sayable(text) else None


def _sayable(text: str) -> bool:
    """Tell whether *text* survives: no control characters, no definition, not too long."""
    return (
        len(text.encode("utf-8", "surrogateescape")) < LONGEST_LINE - 100
        and all(character >= " " and character != "\x7f" for character in text)
        and "$" not in text.rstrip("$")
        and not text.startswith("\ufeff")
    )


def seconds(value: float) -> str:
    """Return a time in seconds as keepalived writes it: six decimals at most, none in vain."""
    return f"{value:.6f}".rstrip("0").rstrip(".") if value % 1 else str(int(value))


def family_of(address: str) -> int:
    """Return 4 or 6 for a numeric *address*, 0 for anything else."""
    try:
        if ":" in address:
            socket.inet_pton(socket.AF_INET6, address)
            return 6
        socket.inet_pton(socket.AF_INET, address)
        return 4
    except (OSError, ValueError):
        return 0


def canonical(address: str) -> str:
    """Return a numeric *address* in its usual form."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    return socket.inet_ntop(family, socket.inet_pton(family, address))


def dotted(prefix: int) -> str:
    """Return the IPv4 netmask of *prefix* bits, such as 255.255.255.0 for 24."""
    return socket.inet_ntoa((0xFFFFFFFF << (32 - prefix) & 0xFFFFFFFF).to_bytes(4, "big"))


def name_of(address: str, port: int | None) -> str:
    """Return how the model calls the service at *address* and *port*."""
    host = f"[{address}]" if ":" in address else address
    return f"{host}:{port or 0}"


def remark(text: str) -> str:
    """Return *text* as a comment, on one line."""
    text = " ".join(text.replace("\0", " ").split())
    text = text.rstrip("\\ ")  # keepalived takes a backslash at the end for a word
    room = LONGEST_LINE - 60
    if len(text) * 4 > room:
        text = text.encode("utf-8", "surrogateescape")[:room].decode("utf-8", "ignore")
    if not text:
        return "#"
    return f"# {text}" if text[0].isalnum() or text[0] in "\"'([{<$/" else f"#{text}"
