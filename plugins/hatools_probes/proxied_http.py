"""A proxy's HTTP check: haproxy's http-check, its requests and what is wanted in answer."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache, partial
from typing import NamedTuple

from hatools.model import Check, HttpRequest
from hatools.plugin import Asked, Probe, Verdict
from hatools_probes.connections import HTTP_2, Legs, server_manner
from hatools_probes.http_answers import Answer
from hatools_probes.patterns import Unusable, compiled
from hatools_probes.ruleset import MOST
from hatools_probes.steps import FORMATS, Unfit, connect

Words = tuple[str, ...]
KINDS = ("status", "rstatus", "hdr", "fhdr", "string", "rstring", "string-lf")
OF_MODEL = {"status": "status", "string": "string", "regex": "rstring"}
MATCHES: dict[str, Callable[[bytes, bytes], bool]] = {
    "str": bytes.__eq__,
    "beg": bytes.startswith,
    "end": bytes.endswith,
    "sub": bytes.__contains__,
}
RANGE = re.compile(r"(\d+)(?:-(\d+))?")


class Wanted(NamedTuple):
    """One thing that the answer must have (*negate*: must not); *words* are those of a header."""

    kind: str
    value: str = ""
    negate: bool = False
    words: Words = ()
    least: int | None = None

    @property
    def in_body(self) -> bool:
        """Whether it is the body that is looked at."""
        return self.kind in ("string", "rstring")


class Round(NamedTuple):
    """One connection: its request, what is wanted of the answer, and the words of its connect."""

    request: HttpRequest
    wanted: tuple[Wanted, ...]
    connect: Words | None = None
    leaving: bool = False  # 404 means that the server wants no new connections


@lru_cache(256)
def rounds_of(check: Check) -> tuple[Round, ...]:
    """Return the rounds of *check*; raises `Unfit` and `Unusable`."""
    detail = check.detail if isinstance(check.detail, tuple) else ()
    requests = [one for one in detail if isinstance(one, HttpRequest)] or [HttpRequest()]
    lines = [words[1:] for words in check.own if words[:1] == ("http-check",)]
    connects = [words[1:] for words in lines if words[:1] == ("connect",)]
    unopened = max(len(requests) - len(connects), 0)
    leaving = ("disable-on-404",) in lines
    found = []
    for number, request in enumerate(requests):
        wanted = [
            Wanted(OF_MODEL[one.kind], one.value, one.negate)
            for one in request.expects
            if one.kind in OF_MODEL
        ]
        opening = connects[number - unopened] if number >= unopened else None
        found.append(Round(request, tuple(wanted), opening, leaving))
    _add_lines(found, lines, unopened)
    for one in found:
        for each in one.wanted:
            _fit(each)
        if any("%" in value for _, value in one.request.headers):
            raise Unfit(FORMATS.format("http-check send hdr"))
    return tuple(found)


def _add_lines(rounds: list[Round], lines: Sequence[Words], unopened: int) -> None:
    """Add to *rounds* what the lines say that stand beside the requests."""
    number = unopened - 1
    for words in lines:
        verb = words[0].partition("(")[0] if words else ""
        if verb == "connect":
            number += 1
        place = min(max(number, 0), len(rounds) - 1)
        if verb == "expect":
            more = read_wanted(words[1:])
            rounds[place] = rounds[place]._replace(wanted=(*rounds[place].wanted, more))
        elif verb == "send":
            rounds[place] = rounds[place]._replace(
                request=_request(rounds[place].request, words[1:])
            )
        elif verb == "send-state":
            raise Unfit("hatools tells servers no state: http-check send-state")
        elif verb not in ("connect", "comment", "set-var", "set-var-fmt", "unset-var",
                          "disable-on-404"):  # fmt: skip
            raise Unfit(f"hatools does not know http-check {verb}")


def _request(request: HttpRequest, words: Words) -> HttpRequest:
    """Return *request* with what ``send`` says in words that the model has no field for."""
    headers = list(request.headers)
    said: dict[str, str] = {}
    at = 0
    while at < len(words):
        word, argument = words[at], words[at + 1] if at + 1 < len(words) else ""
        if word == "hdr":
            headers.append((argument, words[at + 2] if at + 2 < len(words) else ""))
            at += 3
            continue
        field = {"meth": "method", "uri": "path", "uri-lf": "path", "body": "body",
                 "body-lf": "body", "ver": "version"}.get(word)  # fmt: skip
        if word.endswith("-lf") and "%" in argument:
            raise Unfit(FORMATS.format(argument))
        if field is None and word != "comment":
            raise Unfit(f"hatools does not know http-check send {word}")
        if field is not None:
            said[field] = argument.upper().removeprefix("HTTP/") if word == "ver" else argument
        at += 2
    return HttpRequest(
        said.get("method", request.method),
        said.get("path", request.path),
        said.get("version", request.version),
        request.host,
        tuple(headers),
        said.get("body", request.body),
    )


def read_wanted(words: Words) -> Wanted:
    """Return what ``http-check expect`` with *words* wants."""
    kind, value, negate, least = "", "", False, None
    header: Words = ()
    at = 0
    while at < len(words):
        word = words[at]
        if word == "!" or (word.startswith("!") and word[1:] in KINDS):
            negate, at = True, at + (word == "!")
            word = words[at].removeprefix("!") if at < len(words) else ""
        argument = words[at + 1] if at + 1 < len(words) else ""
        if word in ("hdr", "fhdr"):
            kind, header = word, words[at + 1 :]
            at = at + 1 + _header_length(header)
            header = words[at - _header_length(header) : at]
            continue
        if word in KINDS:
            kind, value = word, argument
        elif word == "min-recv":
            least = int(argument) if argument.isdigit() else None
        elif word not in ("comment", "on-success", "on-error", "ok-status", "error-status",
                          "tout-status", "status-code"):  # fmt: skip
            raise Unfit(f"hatools does not know http-check expect {word}")
        at += 2
    if kind == "string-lf":
        if "%" in value:
            raise Unfit(FORMATS.format(value))
        kind = "string"
    return Wanted(kind, value, negate, header, least)


def _header_length(words: Words) -> int:
    """Return how many of *words* say which header is wanted: name and value, each with its way."""
    at = 0
    for keyword in ("name", "value"):
        if at < len(words) and words[at].removesuffix("-lf") == keyword:
            at += 1
            at += 3 if words[at : at + 1] == ("-m",) else 1
    return min(at, len(words))


def _fit(wanted: Wanted) -> None:
    """Raise `Unfit` or `Unusable` where hatools cannot judge *wanted*."""
    if wanted.kind in ("rstatus", "rstring"):
        compiled(wanted.value)
    for _, way, text in _patterns(wanted.words):
        if way == "reg":
            compiled(text)
        elif way not in MATCHES:
            raise Unfit(f"hatools does not know -m {way}")


def _patterns(words: Words) -> Iterator[tuple[str, str, str]]:
    """Yield (``name`` or ``value``, way of matching, text)."""
    at = 0
    while at < len(words):
        keyword, way = words[at], "str"
        at += 1
        if words[at : at + 1] == ("-m",):
            way, at = words[at + 1] if at + 1 < len(words) else "", at + 2
        text = words[at] if at < len(words) else ""
        if keyword.endswith("-lf") and "%" in text:
            raise Unfit(FORMATS.format(text))
        yield keyword.removesuffix("-lf"), way, text
        at += 1


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
        (_, name_way, name), *rest = [*_patterns(wanted.words)] or [("", "str", "")]
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
@lru_cache(4096)
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
