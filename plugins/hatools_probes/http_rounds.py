"""What haproxy's http-check lines say: connections, requests, what is wanted in answer."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from hatools.model import Check, HttpRequest
from hatools_probes.patterns import compiled
from hatools_probes.steps import FORMATS, Unfit

Words = tuple[str, ...]
KINDS = ("status", "rstatus", "hdr", "fhdr", "string", "rstring", "string-lf")
OF_MODEL = {"status": "status", "string": "string", "regex": "rstring"}
MATCHES: dict[str, Callable[[bytes, bytes], bool]] = {
    "str": bytes.__eq__,
    "beg": bytes.startswith,
    "end": bytes.endswith,
    "sub": bytes.__contains__,
}


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
    for _, way, text in header_patterns(wanted.words):
        if way == "reg":
            compiled(text)
        elif way not in MATCHES:
            raise Unfit(f"hatools does not know -m {way}")


def header_patterns(words: Words) -> Iterator[tuple[str, str, str]]:
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
