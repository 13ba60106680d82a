"""A proxy's HTTP check: the conversation that haproxy's http-check has with a server."""

from __future__ import annotations

import re
from functools import lru_cache, partial

from hatools.model import HttpRequest
from hatools.plugin import Asked, Probe, Verdict
from hatools_probes.connections import HTTP_2, Legs, server_manner
from hatools_probes.http_answers import Answer
from hatools_probes.http_rounds import MATCHES, Round, Wanted, header_patterns, rounds_of
from hatools_probes.patterns import Unusable, compiled
from hatools_probes.ruleset import MOST
from hatools_probes.steps import Unfit, connect

RANGE = re.compile(r"(\d+)(?:-(\d+))?")


class Request:
    """One request and its answer."""

    reusable = True

    def __init__(self, its_round: Round) -> None:
        self._round = its_round
        self._said = written(its_round.request)
        self.begin()

    def begin(self) -> bytes:
        """Return the request."""
        self._answer = Answer(self._round.request.method, MOST)
        return self._said

    def received(self, data: bytes) -> Verdict | None:
        """Take in a part of the answer."""
        answer = self._answer
        answer.take(data)
        if answer.broken:
            return Verdict(False, "no HTTP answer", answer.status or None)
        if not answer.status:
            return None
        leaving = self._round.leaving and answer.status == 404
        last = answer.whole or not data or leaving
        for wanted in self._round.wanted:
            wrong = self._wrong(wanted, last)
            if wrong is None:
                return None
            if wrong:
                more = {"leaving": True} if leaving else {}
                return Verdict(False, wrong, answer.status, more=more)
        return Verdict(True, f"HTTP {answer.status}", answer.status,
                       more={"leaving": True} if leaving else {})  # fmt: skip

    def _wrong(self, wanted: Wanted, last: bool) -> str | None:
        """Return what is wrong in the eyes of *wanted*, None as long as more has to come."""
        if not wanted.in_body:
            found = self._in_head(wanted)
            return "" if found != wanted.negate else f"HTTP {self._answer.status}"
        body, value = self._answer.body, wanted.value.encode("utf-8", "surrogateescape")
        if not body:
            return "the answer has no body" if last else None
        least = wanted.least or 0
        if not last and (len(body) < least or (wanted.kind == "string" and len(body) < len(value))):
            return None
        found = (
            compiled(wanted.value).search(body) is not None
            if wanted.kind == "rstring"
            else value in body
        )
        if not found and not last and wanted.least is None:
            return None
        if found != wanted.negate:
            return ""
        shown = repr(wanted.value)
        if found:
            return f"{shown} was not to be in the answer"
        what = "nothing in the answer fits" if wanted.kind == "rstring" else "the answer is without"
        return f"{what} {shown}"

    def _in_head(self, wanted: Wanted) -> bool:
        answer = self._answer
        if wanted.kind == "status":
            return in_ranges(answer.status, wanted.value)
        if wanted.kind == "rstatus":
            return compiled(wanted.value).search(answer.status_text) is not None
        (_, name_way, name), *rest = [*header_patterns(wanted.words)] or [("", "str", "")]
        for key, whole in answer.headers:
            if not _matches(name_way, name.lower(), key):
                continue
            if not rest:
                return True
            parts = [whole] if wanted.kind == "fhdr" else whole.split(b",")
            if any(_matches(rest[0][1], rest[0][2], part.strip()) for part in parts):
                return True
        return False


def _matches(way: str, text: str, value: bytes) -> bool:
    if way == "reg":
        return compiled(text).search(value) is not None
    return MATCHES[way](value, text.encode("utf-8", "surrogateescape"))


@lru_cache(1 << 12)
def in_ranges(number: int, ranges: str) -> bool:
    """Tell whether *number* is in ``200-299`` or ``200,204,300-302``."""
    for part in ranges.replace(" ", ",").split(","):
        found = RANGE.fullmatch(part)
        if found and int(found[1]) <= number <= int(found[2] or found[1]):
            return True
    return False


@lru_cache(1 << 12)
def written(request: HttpRequest) -> bytes:
    """Return *request* as haproxy sends it."""
    version = "1.0" if request.version == "1.0" else "1.1"
    head = [f"{request.method} {request.path or '/'} HTTP/{version}"]
    if request.host:
        head.append(f"host: {request.host}")
    head += [f"{name.lower()}: {value}" for name, value in request.headers]
    body = request.body.encode("utf-8", "surrogateescape")
    if body:
        head.append(f"content-length: {len(body)}")
    if version == "1.1" and not any(name.lower() == "connection" for name, _ in request.headers):
        head.append("connection: close")
    return "\r\n".join([*head, "", ""]).encode("utf-8", "surrogateescape") + body


def http_legs(asked: Asked, probe: Probe) -> Legs:
    """Return the connections of an HTTP check, or why it cannot be made from here."""
    server = server_manner(asked)
    if isinstance(server, str):
        return server
    if "h2" in server.trust.alpn:
        return HTTP_2
    try:
        legs: list[tuple[Asked, Probe]] = []
        for number, one in enumerate(rounds_of(asked.check)):
            place, words = asked._replace(number=number), one.connect
            made, how = connect(place, probe, server, words or (), words is not None)
            legs.append((made, how._replace(converse=partial(_converse, one))))
        return legs
    except (Unfit, Unusable) as problem:
        return str(problem)


def _converse(its_round: Round, asked: Asked) -> Request:
    """Return a conversation; what its round is has been found out already."""
    return Request(its_round)
