"""keepalived's HTTP_GET and SSL_GET: one request, and what the answer must be.

keepalived reads until the server closes, takes the MD5 of what follows the
headers for its digest, as ``genhash`` prints it, and knows of HTTP only a
status and ``Content-Length``, which bounds the digest: facts of 2.2.7.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from hashlib import md5

from hatools.model import Check, Expect, HttpRequest
from hatools.plugin import Asked, Conversation, Probe, Verdict
from hatools_probes.connections import Legs
from hatools_probes.patterns import Unusable, compiled
from hatools_probes.proxied_http import Request, http_legs, in_ranges, rounds_of

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


class Get:
    """One request and its answer."""

    def __init__(self, asked: Asked) -> None:
        self.asked = asked
        self.request = request_of(asked.check, asked.number)
        expects = self.request.expects or (GOOD,)
        self._statuses = [one.value for one in expects if one.kind == "status"]
        self._digest = next((one.value.lower() for one in expects if one.kind == "digest"), "")
        self._patterns = [one for one in expects if one.kind in ("regex", "string")]
        self._wants_body = bool(self._patterns)
        self._head: bytes | None = None
        self._buffer = b""
        self._body = bytearray()
        self._taken = 0
        self._length: int | None = None
        self._md5 = md5(usedforsecurity=False)

    def begin(self) -> bytes:
        """Return the request."""
        return written(self.request, self.asked.address, self.asked.port)

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
            if rest:
                self._take(rest)
                if self._wants_body:  # keepalived looks at the head that comes with it, too
                    self._body[:0] = head + found
        elif data:
            self._take(data)
        status = self._status()
        if status and not self._fits(status):  # what follows does not change that
            return Verdict(False, f"HTTP {status}", status)
        if self._taken > MOST:
            return Verdict(False, f"the answer is longer than {MOST} bytes", status or None)
        return None if data else self._judge()

    def _take(self, data: bytes) -> None:
        counted = data if self._length is None else data[: max(self._length - self._taken, 0)]
        self._md5.update(counted)
        if self._wants_body:
            self._body += data
        self._taken += len(data)

    def _status(self) -> int:
        found = STATUS.match(self._head or b"")
        return int(found[1]) if found else 0

    def _fits(self, status: int) -> bool:
        return all(in_ranges(status, value) for value in self._statuses)

    def _judge(self) -> Verdict:
        status, digest = self._status(), self._md5.hexdigest()
        if not status:
            return Verdict(False, "no HTTP answer")
        if self._digest and self._digest != digest:
            return Verdict(False, f"digest {digest}, not {self._digest}", status, digest)
        own, body = self.asked.check.own, bytes(self._body)
        for one in self._patterns:
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
        found.append((asked._replace(number=number, check=its_check), how))
    return found


def url_names(check: Check) -> dict[int, str]:
    """Return the TLS server name of each request, where the check sends names at all."""
    if not check.sni or not isinstance(check.detail, tuple):
        return {}
    requests = (request_of(check, number) for number in range(len(check.detail)))
    return {number: one.host for number, one in enumerate(requests) if one.host}
