"""The rule HP339: tLS in a version or with ciphers that are broken."""

from __future__ import annotations

import re
from collections.abc import Iterator

from hatools.text import Diagnostic
from hatools_haproxy.rules.configuration import Configuration, Words
from hatools_haproxy.rules.haproxy_rule import HaproxyRule

_PLACES = (
    "bind",
    "server",
    "ssl-default-bind-options",
    "ssl-default-server-options",
    "default-server",
    "ssl-default-bind-ciphers",
    "ssl-default-server-ciphers",
    "tune.ssl.default-dh-param",
)
_OLD = ("SSLv3", "TLSv1.0", "TLSv1.1")
_FORCED = ("force-sslv3", "force-tlsv10", "force-tlsv11")
_CIPHERS = ("RC4", "3DES", "DES-CBC3", "DES-CBC", "EXP", "EXPORT", "NULL", "aNULL", "eNULL", "ADH")


def _weak(words: Words) -> str:
    """Return the words of a line that allow what is broken, empty where none do."""
    if words[0] not in _PLACES:
        return ""
    for word, after in zip(words, (*words[1:], ""), strict=True):
        if word == "tune.ssl.default-dh-param" and after.isdecimal() and int(after) < 2048:
            return f"{word} {after}"
        if word == "ssl-min-ver" and after in _OLD:
            return f"{word} {after}"
        if word in _FORCED:
            return word
        if word == "ciphers" or (word == words[0] and word.endswith("-ciphers")):
            for cipher in re.split("[:, ]", after):
                if cipher in _CIPHERS or any(
                    cipher.endswith(f"-{one}-SHA") or f"-{one}-" in cipher
                    for one in _CIPHERS
                    if not cipher.startswith(("!", "-"))
                ):
                    return cipher
    return ""


class OldTls(HaproxyRule):
    """TLS in a version or with ciphers that are broken.

    SSLv3, TLS 1.0 and 1.1 and ciphers such as RC4, 3DES or EXPORT are withdrawn; keys of 1,024 bits
    for Diffie-Hellman can be computed.

    Instead: begin with TLS 1.2::

        global
            ssl-default-bind-options ssl-min-ver TLSv1.2

    Reference: RFC 8996; RFC 7465; HAProxy configuration manual, 5.1, ssl-min-ver.
    """

    code = "HP339"

    def find(self, setup: Configuration) -> Iterator[Diagnostic]:
        """Yield what is wrong in *setup*."""
        for part in setup.parts:
            for line in part.lines:
                what = _weak(line.words)
                if what:
                    yield self.told(
                        setup,
                        line,
                        f"'{what}' allows what is broken",
                        "write ssl-min-ver TLSv1.2, and no old ciphers",
                    )
