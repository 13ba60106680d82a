"""Turns a check of another language into one that keepalived can make, field by field."""

from __future__ import annotations

import math

from hatools.model import KEPT, Check, Fate, ScriptRun, Step, approximated, dropped, replace
from hatools_keepalived.losses import fate_of
from hatools_keepalived.spelling import (
    canonical,
    family_of,
    script_word,
    seconds,
    word,
)
from hatools_keepalived.writing_connects import parted
from hatools_keepalived.writing_http import adapt_http

Version = tuple[int, ...]
DECIMALS: Version = (2, 0, 13)
NEWEST: Version = (99,)

_ONLY_TCP = "keepalived has no {}: TCP_CHECK only sees that the port answers"
_STAND_INS: dict[str, str] = {
    "mysql": _ONLY_TCP.format("MySQL check"),
    "pgsql": _ONLY_TCP.format("PostgreSQL check"),
    "redis": _ONLY_TCP.format("Redis check"),
    "ldap": _ONLY_TCP.format("LDAP check"),
    "spop": _ONLY_TCP.format("SPOP check"),
    "tls-hello": _ONLY_TCP.format("TLS hello check"),
    "steps": _ONLY_TCP.format("scripted conversation"),
}
"""Kinds of check that become a TCP_CHECK, and what is lost."""

KINDS = frozenset(("tcp", "http", "smtp", "dns", "udp", "ping", "script", "file", "bfd"))
"""The kinds that keepalived has a checker for."""

ANSWERING = frozenset(("http", "smtp", "dns", "udp", "ping"))
"""The kinds whose answer keepalived bounds by connect_timeout, too."""

_RISE = approximated("keepalived takes a server up again after one success")
_DOWN = approximated("keepalived asks a server that is down every delay_loop")
_AGENT = dropped(
    "keepalived has no agent protocol: a MISC_CHECK with misc_dynamic and a script can set weights"
)
_FULLY = approximated("keepalived starts a server up, and one failure takes it down")
_FULLY_DOWN = approximated("keepalived starts a server down, and one success takes it up")
_CONNECT = approximated("keepalived's connect_timeout bounds the connection and the answer alike")
_SHORTER = approximated("haproxy lets a check connect for the shorter of inter and timeout connect")
_FINEST = approximated("keepalived's times have six decimals, and connect_timeout ends at 4294 s")
_WHOLE = approximated("keepalived before 2.0.13 counts whole seconds here")
_SCRIPT = approximated("keepalived runs the command with its arguments, without HAPROXY_ variables")
_PLAIN = approximated("keepalived's check connects without TLS")


class Adapted:
    """A check as keepalived makes it (None: not at all), and the fate of each of its fields."""

    __slots__ = ("also", "check", "fates")

    def __init__(
        self, check: Check | None, fates: dict[str, Fate], also: tuple[Check, ...] = ()
    ) -> None:
        self.check = check
        self.fates = fates
        self.also = also  # where it takes several of keepalived's


def adapt_check(check: Check, version: Version, arguments: str = "") -> Adapted:
    """Return *check*, made for another program, as keepalived's reader will see it.

    *arguments* are what that program would give to a script.
    """
    if check.kind in ("http", "steps"):
        fates: dict[str, Fate] = {}
        parts = [_adapted(part, version) for part in parted(check, fates)]
        for part in parts:
            for name, fate in part.fates.items():
                if name not in fates or fates[name].weakness < fate.weakness:
                    fates[name] = fate
        found = [part.check for part in parts if part.check is not None]
        return Adapted(found[0], fates, tuple(found[1:]))
    return _adapted(check, version, arguments)


def _adapted(check: Check, version: Version, arguments: str = "") -> Adapted:
    """Return *check*, which connects once, as keepalived makes it."""
    if check.kind == "agent":
        return Adapted(None, {"": _AGENT})
    if check.kind not in KINDS and check.kind not in _STAND_INS:
        return Adapted(None, {"": dropped(f"keepalived has no {check.kind} check")})
    fates = dict.fromkeys(_FIELDS, KEPT)
    kind = check.kind
    if kind in _STAND_INS:
        if kind != "steps" or _talks(check):
            fates["kind"] = fates["detail"] = approximated(_STAND_INS[kind])
        kind = "tcp"
    for number, words in enumerate(check.own):
        if words[:2] != ("http-check", "connect"):  # the parting has told
            fates[f"own.{number}"] = fate_of(words)
    fates["own"] = fate_of(check.own[0]) if check.own else KEPT
    made = Check(
        kind=kind,
        address=check.address,
        port=check.port,
        source_address=check.source_address,
        source_port=check.source_port,
        interface=check.interface,
        mark=check.mark,
        warmup=check.warmup,
    )
    made = _targets(check, made, fates)
    made = _timers(check, made, version, fates)
    if kind == "http":
        made = adapt_http(check, made, version, fates)
    elif kind == "smtp":
        made = _smtp(check, made, fates)
    elif kind == "script":
        return _script(check, made, arguments, fates)
    if check.tls and kind != "http":
        fates["tls"] = fates["sni"] = _PLAIN
    return Adapted(made, fates)


def _talks(check: Check) -> bool:
    """Tell whether a scripted conversation does more than connect."""
    steps = check.detail if isinstance(check.detail, tuple) else ()
    return any(
        step.words[:1] not in (("connect",), ("comment",)) or "send-proxy" in step.words
        for step in steps
        if isinstance(step, Step)
    )


_FIELDS = (
    "", "kind", "address", "port", "interval", "fast_interval", "down_interval",
    "connect_timeout", "timeout", "rise", "fall", "initial", "warmup", "tls", "sni",
    "source_address", "source_port", "interface", "mark", "detail", "tracks",
)  # fmt: skip


def _targets(check: Check, made: Check, fates: dict[str, Fate]) -> Check:
    """Return *made* with the addresses that it connects to and from."""
    address, source = check.address, check.source_address
    if address is not None and not family_of(address):
        fates["address"] = dropped("keepalived resolves no names: connect_ip takes an address")
        address = None
    if source and not family_of(source):
        fates["source_address"] = dropped("keepalived's bindto takes an address")
        source = ""
    return replace(
        made,
        address=canonical(address) if address else None,
        source_address=canonical(source) if source else "",
    )


def _timers(check: Check, made: Check, version: Version, fates: dict[str, Fate]) -> Check:
    def fit(field: str, value: float, longest: float = math.inf) -> float:
        fitted = float(seconds(min(max(value, 0.000001), longest)))
        if version < DECIMALS and fitted % 1:
            fates[field] = _WHOLE
            return float(math.ceil(fitted))
        if fitted != value:
            fates[field] = _FINEST
        return fitted

    interval = fit("interval", check.interval)
    if check.down_interval != check.interval:
        fates["down_interval"] = _DOWN
    if check.rise > 1:
        fates["rise"] = _RISE
    initial = "up" if check.initial in ("up", "fully-up") else "down"
    if check.initial != initial:
        fates["initial"] = _FULLY if initial == "up" else _FULLY_DOWN
    connect = min(check.connect_timeout or check.interval, check.interval)
    timeout: float | None = None
    if check.connect_timeout not in (None, connect):
        fates["connect_timeout"] = _SHORTER
    if made.kind in ANSWERING:
        answer = check.timeout if check.timeout is not None else check.interval
        if answer != connect and (check.timeout is not None or check.connect_timeout is not None):
            fates["connect_timeout"] = fates["timeout"] = _CONNECT
        connect = max(connect, answer)
    elif check.timeout is not None and made.kind == "tcp":
        fates["timeout"] = approximated("keepalived's TCP_CHECK reads no answer")
    connect = fit("connect_timeout", connect, 4294.0)
    if made.kind in ANSWERING:
        timeout = connect
    return replace(
        made,
        interval=interval,
        down_interval=interval,
        fast_interval=fit("fast_interval", check.fast_interval),
        connect_timeout=connect,
        timeout=timeout,
        rise=1,
        fall=max(check.fall, 1),
        initial=initial,
    )


def _smtp(check: Check, made: Check, fates: dict[str, Fate]) -> Check:
    name = check.detail if isinstance(check.detail, str) else ""
    if name and word(name) is None:
        fates["detail"] = dropped("keepalived's helo_name cannot be written so")
        name = ""
    return replace(made, detail=name or "localhost")  # haproxy greets as localhost, too


def _script(check: Check, made: Check, arguments: str, fates: dict[str, Fate]) -> Adapted:
    run = check.detail if isinstance(check.detail, ScriptRun) else None
    if run is None or not run.command:
        return Adapted(None, {"": dropped("no command is named: MISC_CHECK needs a misc_path")})
    command = f"{run.command} {arguments}".rstrip()
    if script_word(command) is None:
        return Adapted(None, {"": dropped("keepalived's misc_path cannot be written so")})
    timeout = check.timeout if check.timeout is not None else check.interval
    whole = float(min(max(math.ceil(timeout), 1), 4294))
    if whole != timeout and check.timeout is not None:
        fates["timeout"] = approximated("keepalived's misc_timeout counts whole seconds")
    fates["detail"] = fates["kind"] = fates["address"] = fates["port"] = _SCRIPT
    if check.connect_timeout is not None:
        fates["connect_timeout"] = dropped("keepalived's MISC_CHECK connects to nothing itself")
    made = replace(made, connect_timeout=None, timeout=whole,
                   address=None, port=None, detail=ScriptRun(command))  # fmt: skip
    return Adapted(made, fates)
