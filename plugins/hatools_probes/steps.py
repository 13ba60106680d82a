"""A check that is scripted: haproxy's tcp-check, rule by rule."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache, partial
from typing import NamedTuple

from hatools.model import Step
from hatools.plugin import Asked, Probe, Tls, Verdict
from hatools_probes.connections import HTTP_2, SOCKS, Legs, Manner, connected, server_manner
from hatools_probes.patterns import Unusable, compiled
from hatools_probes.ruleset import Conversing, Expect, Rule, Send

Words = tuple[str, ...]
FORMATS = "hatools evaluates no log format: {}"
HARMLESS = ("comment", "set-var", "set-var-fmt", "unset-var")
KINDS = ("string", "rstring", "binary", "rbinary", "string-lf", "binary-lf")
ASIDE = ("min-recv", "comment", "on-success", "on-error", "ok-status", "error-status",
         "tout-status", "status-code")  # fmt: skip
"""What a rule says beside what it is: each takes one word."""


class Unfit(ValueError):
    """A rule that hatools cannot follow."""


class Leg(NamedTuple):
    """One connection: how it is made (None: as the server's checks are), and its rules."""

    connect: Words = ()
    rules: tuple[Rule, ...] = ()
    written: bool = False  # by a connect rule


@lru_cache(256)
def legs_of(steps: tuple[Step, ...]) -> tuple[Leg, ...]:
    """Return the connections that *steps* make; raises `Unfit`."""
    legs: list[Leg] = [Leg()]
    rules: list[Rule] = []
    comment = ""
    for number, step in enumerate(steps, 1):
        verb, words = (step.words[0], step.words[1:]) if step.words else ("", ())
        verb = verb.partition("(")[0]
        if verb == "connect":
            legs[-1] = legs[-1]._replace(rules=tuple(rules))
            if legs == [Leg()]:
                legs.clear()
            legs.append(Leg(words, (), True))
            rules = []
        elif verb.startswith("send"):
            rules.append(Send(_sent(verb, words)))
        elif verb == "expect":
            rules.append(_expect(words, number, comment))
        elif verb not in HARMLESS:
            raise Unfit(f"hatools does not know tcp-check {verb}")
        comment = words[0] if verb == "comment" and words else ""
    legs[-1] = legs[-1]._replace(rules=tuple(rules))
    return tuple(legs)


def _sent(verb: str, words: Words) -> bytes:
    value = words[0] if words else ""
    if verb.endswith("-lf") and "%" in value:
        raise Unfit(FORMATS.format(value))
    return _unhex(value) if "binary" in verb else _bytes(value)


def _expect(words: Words, number: int, comment: str) -> Expect:
    """Return what ``expect`` with *words* wants."""
    kind, value, least, negate, success, failure = "", "", None, False, "", ""
    at = 0
    while at < len(words):
        word = words[at]
        if word == "!" or (word.startswith("!") and word[1:] in KINDS):
            negate, at = True, at + (word == "!")
            word = words[at].removeprefix("!") if at < len(words) else ""
        argument = words[at + 1] if at + 1 < len(words) else ""
        if word in KINDS:
            kind, value = word, argument
        elif word == "min-recv":
            least = int(argument) if argument.lstrip("-").isdigit() else None
            least = None if least == -1 else least
        elif word == "comment":
            comment = argument
        elif word == "on-success" and "%" not in argument:
            success = argument
        elif word == "on-error" and "%" not in argument:
            failure = argument
        elif word not in ASIDE:
            raise Unfit(f"hatools does not know tcp-check expect {word}")
        at += 2
    if kind.endswith("-lf"):
        if "%" in value:
            raise Unfit(FORMATS.format(value))
        kind = kind.removesuffix("-lf")
    where = f"step {number}" + (f" ({comment})" if comment else "")
    said = failure or f"{'what was not to come' if negate else 'another answer than expected'}"
    if kind.startswith("r"):
        compiled(value)
        return Expect(kind, value, negate, least, f"{where}: {said}", success=success)
    data = _unhex(value) if kind == "binary" else _bytes(value)
    return Expect(kind, data, negate, least, f"{where}: {said}", success=success)


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")


def _unhex(text: str) -> bytes:
    try:
        return bytes.fromhex(text)
    except ValueError:
        raise Unfit(f"{text!r} is no row of hexadecimal digits") from None


def rules_of(asked: Asked) -> tuple[Leg, ...]:
    """Return the connections of the check that is *asked*."""
    detail = asked.check.detail
    steps = detail if isinstance(detail, tuple) else ()
    return legs_of(tuple(one for one in steps if isinstance(one, Step)))


class Steps(Conversing):
    """The conversation over one of the connections."""

    def __init__(self, asked: Asked, leg: Leg | None = None) -> None:
        rules = (leg or rules_of(asked)[asked.number]).rules
        self._none = not rules
        super().__init__(rules)

    def begin(self) -> bytes | Verdict:
        """Return what to send first; without rules the connection is all."""
        return Verdict(True, "connected") if self._none else super().begin()


def step_legs(asked: Asked, probe: Probe) -> Legs:
    """Return the connections of a tcp-check, or why it cannot be made from here."""
    server = server_manner(asked)
    if isinstance(server, str):
        return server
    try:
        legs: list[tuple[Asked, Probe]] = []
        for number, leg in enumerate(rules_of(asked)):
            place = asked._replace(number=number)
            made, how = connect(place, probe, server, leg.connect, leg.written)
            legs.append((made, how._replace(converse=partial(Steps, leg=leg))))
        return legs
    except (Unfit, Unusable) as problem:
        return str(problem)


def connect(
    asked: Asked, probe: Probe, server: Manner, words: Words, written: bool
) -> tuple[Asked, Probe]:
    """Return *asked* for the connection that a ``connect`` rule with *words* makes.

    Where none is *written*, and after ``default``, the server's checks say how.
    """
    said = _options(words)
    manner = server
    if written and "default" not in said:
        manner = server._replace(tls=False, sni="", trust=Tls(), proxy_line=False)
    if "ssl" in said:
        trust = server.trust if server.tls else Tls()
        manner = manner._replace(tls=True, trust=trust._replace(host=said.get("sni", "")))
    if "sni" in said:
        manner = manner._replace(sni=said["sni"])
    if "alpn" in said:
        offered = tuple(said["alpn"].split(","))
        manner = manner._replace(trust=manner.trust._replace(alpn=offered))
    if "send-proxy" in said:
        manner = manner._replace(proxy_line=True)
    port = said.get("port", str(asked.port))
    if not port.isdigit():
        raise Unfit(f"hatools evaluates no sample expression: port {port}")
    address, written_port = said.get("addr", asked.address), int(port)
    if address.count(":") == 1 and "port" not in said:
        address, _, last = address.partition(":")
        written_port = int(last) if last.isdigit() else written_port
    place = asked._replace(address=address.strip("[]"), port=written_port)
    return connected(place, probe, manner)


def _options(words: Sequence[str]) -> dict[str, str]:
    """Return the options of a ``connect`` rule with their arguments."""
    found: dict[str, str] = {}
    at = 0
    while at < len(words):
        word = words[at]
        takes = word in ("addr", "port", "proto", "comment", "sni", "alpn")
        found[word] = words[at + 1] if takes and at + 1 < len(words) else ""
        at += 1 + takes
    if "via-socks4" in found:
        raise Unfit(SOCKS)
    if found.get("proto") == "h2" or "h2" in found.get("alpn", "").split(","):
        raise Unfit(HTTP_2)
    unknown = found.keys() - {"default", "addr", "port", "proto", "comment", "sni", "alpn", "ssl",
                              "send-proxy", "linger"}  # fmt: skip
    if unknown:
        raise Unfit(f"hatools does not know connect {min(unknown)}")
    return found
