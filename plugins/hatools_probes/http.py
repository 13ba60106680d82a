"""keepalived's HTTP_GET and SSL_GET: one request, and what the answer must be.

keepalived reads until the server closes, takes the MD5 of what follows the
headers for its digest, as ``genhash`` prints it, and knows of HTTP only a
status and ``Content-Length``, which bounds the digest: facts of 2.2.7.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache, partial
from hashlib import md5
from typing import NamedTuple

from hatools.model import Check, Expect, HttpRequest
from hatools.plugin import Asked, Conversation, Probe, Verdict
from hatools_probes.connections import Legs
from hatools_probes.http_rounds import rounds_of
from hatools_probes.patterns import Unusable, compiled
from hatools_probes.proxied_http import Request, http_legs, in_ranges

MOST = 8 * 1024 * 1024  # bytes that a pattern is looked for in, and that a digest is taken of
LONGEST_HEAD = 4095
MORE = (b"\0", b"a", b"Z", b"0", b" ", b"\n", b"_", b"<")  # bytes that may follow
GOOD = Expect("status", "200-299")
STATUS = re.compile(rb"[^ \r]* (\d{3}) ")
LENGTH = re.compile(rb"Content-Length:[ \t]*(\d+)(?=[\r\n])")
OPTIONS = {"caseless": re.IGNORECASE, "multiline": re.MULTILINE, "dotall": re.DOTALL,
           "extended": re.VERBOSE}  # fmt: skip
OTHERWISE = ("allow_empty_class", "alt_bsux", "alt_circumflex", "alt_verbnames", "dollar_endonly",
             "firstline", "match_unset_backref", "ucp", "utf")  # fmt: skip
"""PCRE2's options by keepalived's names: those that Python has, and those that it has not.

The others change nothing that a check sees, and what keepalived does not know it ignores.
"""


class Pattern:
    """A pattern that the body must have, beginning between *first* and *last*."""

    def __init__(self, value: str, own: Iterable[tuple[str, ...]], number: int) -> None:
        flags, self.first, self.last = 0, 0, MOST
        for words in own:
            if words[:2] != ("url", str(number)) or len(words) < 4:
                continue
            if words[2] == "regex_options":
                for name in words[3:]:
                    if name in OTHERWISE:
                        raise Unusable(f"hatools has no regex option {name}")
                    flags |= OPTIONS.get(name, 0)
            elif words[2] == "regex_min_offset" and words[3].isdigit():
                self.first = int(words[3])
            elif words[2] == "regex_max_offset" and words[3].isdigit():
                self.last = int(words[3])
        self.compiled = compiled(value, flags)

    def found(self, body: bytes) -> bool:
        """Tell whether it is in *body*."""
        match = self.compiled.search(body, self.first)
        if match is None or match.start() > self.last:
            return False
        if match.end() < len(body):
            return True
        # keepalived matches while it reads: what more could change is no match yet
        longer = (self.compiled.search(body + more, self.first) for more in MORE)
        return all(one is not None and one.span() == match.span() for one in longer)


@lru_cache(1024)
def pattern_of(value: str, own: tuple[tuple[str, ...], ...], number: int) -> Pattern:
    """Return a pattern with its options; raises `Unusable`."""
    return Pattern(value, own, number)


def request_of(check: Check, number: int) -> HttpRequest:
    """Return request *number* of *check*."""
    detail = check.detail if isinstance(check.detail, tuple) else ()
    found = detail[number] if number < len(detail) else None
    return found if isinstance(found, HttpRequest) else HttpRequest()


class Plan(NamedTuple):
    """What is asked, and what the answer must be, found out once for all checks alike."""

    request: HttpRequest
    statuses: tuple[str, ...]
    digest: str
    patterns: tuple[Expect, ...]  # texts, too
    wants_digest: bool


def plan_of(request: HttpRequest) -> Plan:
    """Return what *request* and its expectations ask for."""
    expects = request.expects or (GOOD,)
    digest = next((one.value.lower() for one in expects if one.kind == "digest"), "")
    return Plan(
        request,
        tuple(one.value for one in expects if one.kind == "status"),
        digest,
        tuple(one for one in expects if one.kind in ("regex", "string")),
        bool(digest) or any(one.kind == "string" for one in expects),
    )


class Get:
    """One request and its answer."""

    def __init__(self, asked: Asked, plan: Plan | None = None) -> None:
        self.asked = asked
        self.plan = plan or plan_of(request_of(asked.check, asked.number))
        self._head: bytes | None = None
        self._buffer = b""
        self._body = bytearray()
        self._taken = self._status = 0
        self._length: int | None = None
        self._md5 = md5(usedforsecurity=False) if self.plan.wants_digest else None

    def begin(self) -> bytes:
        """Return the request."""
        return written(self.plan.request, self.asked.address, self.asked.port)

    def received(self, data: bytes) -> Verdict | None:
        """Take in a part of the answer; the end is where the server closes."""
        if self._head is None:
            self._buffer += data
            head, found, rest = self._buffer.partition(b"\r\n\r\n")
            if not found or len(head) + 4 > LONGEST_HEAD:
                late = not data or len(self._buffer) >= LONGEST_HEAD
                return Verdict(False, "no HTTP answer") if late else None
            self._head, self._buffer = head, b""
            length = LENGTH.search(head + b"\r\n")
            self._length = int(length[1][:18]) if length else None
            first = STATUS.match(head)
            self._status = int(first[1]) if first else 0
            if self._status and not self._fits():  # what follows does not change that
                return Verdict(False, f"HTTP {self._status}", self._status)
            if rest:
                self._take(rest)
                if self.plan.patterns:  # keepalived looks at the head that comes with it, too
                    self._body[:0] = head + found
        elif data:
            self._take(data)
        if self._taken > MOST:
            return Verdict(False, f"the answer is longer than {MOST} bytes", self._status)
        return None if data else self._judge()

    def _take(self, data: bytes) -> None:
        if self._md5 is not None:
            left = len(data) if self._length is None else max(self._length - self._taken, 0)
            self._md5.update(data[:left])
        if self.plan.patterns:
            self._body += data
        self._taken += len(data)

    def _fits(self) -> bool:
        return all(in_ranges(self._status, value) for value in self.plan.statuses)

    def _judge(self) -> Verdict:
        status, plan = self._status, self.plan
        digest = self._md5.hexdigest() if self._md5 is not None else ""
        if not status:
            return Verdict(False, "no HTTP answer")
        if plan.digest and plan.digest != digest:
            return Verdict(False, f"digest {digest}, not {plan.digest}", status, digest)
        if not plan.patterns:
            return Verdict(True, f"HTTP {status}", status, digest)
        own, body = self.asked.check.own, bytes(self._body)
        for one in plan.patterns:
            if one.kind == "regex":
                found = pattern_of(one.value, own, self.asked.number).found(body)
            else:
                found = one.value.encode("utf-8", "surrogateescape") in body
            if found == one.negate:
                what = "was not to be in the answer" if found else "is not in the answer"
                return Verdict(False, f"{one.value!r} {what}", status, digest)
        return Verdict(True, f"HTTP {status}", status, digest)


@lru_cache(1 << 16)
def written(request: HttpRequest, address: str, port: int) -> bytes:
    """Return *request* as keepalived sends it: without a virtual host it asks for ``IP:PORT``."""
    own = f"[{address}]:{port}" if ":" in address else f"{address}:{port}"
    version = "1.1" if request.version == "1.1" else "1.0"
    head = [
        f"{request.method} {request.path or '/'} HTTP/{version}",
        "User-Agent: hatools",
        f"Host: {request.host or own}",
        *(f"{name}: {value}" for name, value in request.headers),
    ]
    if version == "1.1" and not any(name.lower() == "connection" for name, _ in request.headers):
        head.append("Connection: close")
    return "\r\n".join([*head, "", ""]).encode("utf-8", "surrogateescape")


def asking(asked: Asked) -> Conversation:
    """Return a conversation: a proxy's, or keepalived's."""
    return Request(rounds_of(asked.check)[asked.number]) if asked.proxy else Get(asked)


def legs(asked: Asked, probe: Probe) -> Legs:
    """Return a connection for each request, or why the check cannot be made from here."""
    if asked.proxy:
        return http_legs(asked, probe)
    check = asked.check
    detail = check.detail if isinstance(check.detail, tuple) else ()
    how = probe._replace(transport="tls" if check.tls else "tcp", converse=Get)
    names = url_names(check)
    found = []
    for number in range(max(len(detail), 1)):
        try:
            for expect in request_of(check, number).expects:
                if expect.kind == "regex":
                    pattern_of(expect.value, check.own, number)
        except Unusable as problem:
            return str(problem)
        its_check = check._replace(sni=names[number]) if number in names else check
        converse = partial(Get, plan=known_plan(request_of(check, number)))
        its = asked._replace(number=number, check=its_check)
        found.append((its, how._replace(converse=converse)))
    return found


known_plan = lru_cache(4096)(plan_of)


def url_names(check: Check) -> dict[int, str]:
    """Return the TLS server name of each request, where the check sends names at all."""
    if not check.sni or not isinstance(check.detail, tuple):
        return {}
    requests = (request_of(check, number) for number in range(len(check.detail)))
    return {number: one.host for number, one in enumerate(requests) if one.host}
