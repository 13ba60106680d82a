"""Databases and other servers that greet, asked as haproxy's check options ask them.

Facts are those of haproxy 2.6: what each option sends, and what it takes for well.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Sequence
from time import time

from hatools.plugin import Asked, Verdict
from hatools_probes.ruleset import Conversing, Expect, Rule, Send

VERSION_3 = 196608  # PostgreSQL's protocol
QUIT = b"\x01\0\0\0\x01"  # MySQL's COM_QUIT
BIND = bytes.fromhex("300c020101600702010304008000")  # an anonymous bind, RFC 4511 section 4.2
NOT_LDAP = Verdict(False, "no LDAP answer")


def _user(asked: Asked, otherwise: str = "") -> bytes:
    detail = asked.check.detail
    return (detail if isinstance(detail, str) else otherwise).encode("utf-8", "surrogateescape")


# SMTP ---------------------------------------------------------------------------------------------


def smtp_rules(asked: Asked) -> Sequence[Rule]:
    """Return 2xx, HELO or EHLO, 2xx; QUIT, 2xx."""
    word = b"EHLO" if ("EHLO",) in asked.check.own else b"HELO"
    return (
        Expect("rstring", r"^[0-9]{3}[ \r]", least=4, failure="no SMTP greeting"),
        Expect("rstring", r"^2[0-9]{2}[ \r]", least=4, failure="greeted", whole=True),
        Send(b"%s %s\r\n" % (word, _user(asked) or b"localhost")),
        Expect("rstring", r"^2[0-9]{2}[- \r]", least=4, whole=True),
        Send(b"QUIT\r\n"),
        Expect("rstring", r"^2[0-9]{2}[- \r]", least=4, whole=True, success="SMTP greeted"),
    )


# MySQL --------------------------------------------------------------------------------------------


def mysql_rules(asked: Asked) -> Sequence[Rule]:
    """Return the wait for the greeting, and the login of a user where one is named.

    A user without password has to be let in; the default is the protocol since
    MySQL 4.1, `pre-41` the one before.
    """
    greeting = Expect("custom", judge=_mysql_judge(0, last=True))
    user = _user(asked)
    if not user:
        return (greeting,)
    if any(words[:1] == ("pre-41",) for words in asked.check.own):
        body = b"\0\x80\0\0\x01" + user + b"\0\0"
    else:
        body = b"\0\x82\0\0\0\x80\0\x01\x21" + b"\0" * 23 + user + b"\0\0"
    login = len(body).to_bytes(3, "little") + b"\x01" + body
    return (
        Expect("custom", judge=_mysql_judge(0, last=False)),
        Send(login + QUIT),
        Expect("custom", judge=_mysql_judge(0, last=True)),
    )


def _mysql_judge(at: int, last: bool) -> Callable[[bytes, bool], Verdict | str | None]:
    """Return what looks at the packet that begins *at*; an error packet fails."""

    def judge(data: bytes, over: bool) -> Verdict | str | None:
        whole = at + 4 + int.from_bytes(data[at : at + 3], "little")
        if len(data) < max(at + 4, whole):
            return Verdict(False, "no MySQL greeting") if over else None
        if data[at + 4 : at + 5] == b"\xff":
            code = int.from_bytes(data[at + 5 : at + 7], "little")
            text = data[at + 7 : whole].decode("utf-8", "replace").strip()
            return Verdict(False, f"MySQL error {code} {text}".strip(), code)
        version = data[at + 5 : whole].split(b"\0", 1)[0].decode("ascii", "replace")
        return f"MySQL {version}".strip() if last else ""

    return judge


# PostgreSQL, Redis --------------------------------------------------------------------------------


def pgsql_rules(asked: Asked) -> Sequence[Rule]:
    """Return the startup message of a user; a request for a password is well."""
    body = struct.pack("!I", VERSION_3) + b"user\0" + _user(asked, "haproxy") + b"\0\0"
    return (
        Send(struct.pack("!I", len(body) + 4) + body),
        Expect("rstring", "^E", negate=True, least=5, failure="PostgreSQL refuses"),
        Expect(
            "rbinary",
            "^52000000[A-Z0-9]{2}000000(00|02|03|04|05|06|07|09|0A)",
            least=9,
            failure="no PostgreSQL answer",
            success="PostgreSQL answers",
        ),
    )


def redis_rules(asked: Asked) -> Sequence[Rule]:
    """Return ``PING`` and ``+PONG``."""
    pong = Expect("string", b"+PONG\r\n", whole=True, success="+PONG")
    return Send(b"*1\r\n$4\r\nPING\r\n"), pong


# LDAP ---------------------------------------------------------------------------------------------


def ldap_rules(asked: Asked) -> Sequence[Rule]:
    """Return an anonymous bind; a bind response with success is well."""
    return (
        Send(BIND),
        Expect("rbinary", "^30", least=14, failure="no LDAP answer"),
        Expect("custom", judge=_ldap),
    )


def _ldap(data: bytes, last: bool) -> Verdict | str | None:
    size, at = int.from_bytes(data[1:2], "big"), 2
    if size & 0x80:
        wide = size & 0x7F
        if wide not in (2, 4):
            return NOT_LDAP
        size = int.from_bytes(data[2 : 2 + wide], "big")
        at += wide
    if len(data) < at + size:
        return NOT_LDAP if last else None
    if data[at : at + 4] != b"\x02\x01\x01\x61":
        return NOT_LDAP
    at += 4
    wide = data[at] & 0x7F if data[at : at + 1] and data[at] & 0x80 else 0
    at += 1 + wide
    if data[at : at + 2] != b"\x0a\x01" or len(data) < at + 3:
        return NOT_LDAP
    result = data[at + 2]
    return "LDAP result 0" if not result else Verdict(False, f"LDAP result {result}", result)


# TLS ----------------------------------------------------------------------------------------------


def hello_rules(asked: Asked) -> Sequence[Rule]:
    """Return an SSL 3 client hello; a server hello, or an alert, is well (RFC 6101)."""
    ciphers = b"".join(struct.pack("!H", one) for one in (*range(1, 28), *range(0x2F, 0x3B)))
    random = struct.pack("!I", int(time()) & 0xFFFFFFFF) + b"HATOOLSSSLCHK\nHATOOLSSSLCHK\n"
    body = b"\x03\0" + random + b"\0" + struct.pack("!H", len(ciphers)) + ciphers + b"\x01\0"
    shake = b"\x01" + len(body).to_bytes(3, "big") + body
    hello = b"\x16\x03\0" + struct.pack("!H", len(shake)) + shake
    answer = Expect("rbinary", "^1[56]", least=5, failure="no TLS answer", success="TLS answers")
    return Send(hello), answer


RULES: dict[str, Callable[[Asked], Sequence[Rule]]] = {
    "smtp": smtp_rules,
    "mysql": mysql_rules,
    "pgsql": pgsql_rules,
    "redis": redis_rules,
    "ldap": ldap_rules,
    "tls-hello": hello_rules,
}


class Greeting(Conversing):
    """One of the check options, by its kind."""

    def __init__(self, asked: Asked) -> None:
        super().__init__(RULES[asked.check.kind](asked))
