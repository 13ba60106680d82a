"""Turns a check of another language into one that keepalived can make, field by field."""

from __future__ import annotations

import math
from dataclasses import replace

from hatools.model import KEPT, Check, Expect, Fate, HttpRequest, ScriptRun
from hatools_keepalived.losses import approximated, dropped, fate_of
from hatools_keepalived.spelling import family_of, pattern_word, script_word, seconds, word

Version = tuple[int, ...]
DECIMALS: Version = (2, 0, 13)
STATUS_RANGES: Version = (2, 0, 17)
SNI: Version = (1, 4, 3)
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
_WHOLE = approximated("keepalived before 2.0.13 counts whole seconds here")
_SCRIPT = approximated("keepalived runs the command with its arguments, without HAPROXY_ variables")
_GET = approximated("keepalived asks with GET")
_HTTP2 = approximated("keepalived's checks speak HTTP/1")
_BODY = approximated("keepalived's checks send Host and no other header, and no body")
_ROUNDS = approximated("keepalived asks one url after the other, one each delay_loop")
_PLAIN = approximated("keepalived's check connects without TLS")
_LISTS = approximated("keepalived before 2.0.17 wants one status code, not a list")


class Adapted:
    """A check as keepalived makes it (None: not at all), and the fate of each of its fields."""

    __slots__ = ("check", "fates")

    def __init__(self, check: Check | None, fates: dict[str, Fate]) -> None:
        self.check = check
        self.fates = fates


def adapt_check(check: Check, version: Version, arguments: str = "") -> Adapted:
    """Return *check*, made for another program, as keepalived's reader will see it.

    *arguments* are what that program would give to a script.
    """
    if check.kind == "agent":
        return Adapted(None, {"": _AGENT})
    if check.kind not in KINDS and check.kind not in _STAND_INS:
        return Adapted(None, {"": dropped(f"keepalived has no {check.kind} check")})
    fates = dict.fromkeys(_FIELDS, KEPT)
    kind = check.kind
    if kind in _STAND_INS:
        fates["kind"] = fates["detail"] = approximated(_STAND_INS[kind])
        kind = "tcp"
    for number, words in enumerate(check.own):
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
        made = _http(check, made, version, fates)
    elif kind == "smtp":
        made = _smtp(check, made, fates)
    elif kind == "script":
        return _script(check, made, arguments, fates)
    if check.tls and kind != "http":
        fates["tls"] = fates["sni"] = _PLAIN
    return Adapted(made, fates)


_FIELDS = (
    "", "kind", "address", "port", "interval", "fast_interval", "down_interval",
    "connect_timeout", "timeout", "rise", "fall", "initial", "warmup", "tls", "sni",
    "source_address", "source_port", "interface", "mark", "detail", "tracks",
)  # fmt: skip


def _targets(check: Check, made: Check, fates: dict[str, Fate]) -> Check:
    if check.address is not None and not family_of(check.address):
        fates["address"] = dropped("keepalived resolves no names: connect_ip takes an address")
        made = replace(made, address=None)
    if check.source_address and not family_of(check.source_address):
        fates["source_address"] = dropped("keepalived's bindto takes an address")
        made = replace(made, source_address="")
    return made


def _timers(check: Check, made: Check, version: Version, fates: dict[str, Fate]) -> Check:
    def fit(field: str, value: float) -> float:
        value = float(seconds(max(value, 0.000001)))
        if version < DECIMALS and value % 1:
            fates[field] = _WHOLE
            return float(math.ceil(value))
        return value

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
    if made.kind in ANSWERING:
        answer = check.timeout if check.timeout is not None else check.interval
        if answer != connect and (check.timeout is not None or check.connect_timeout is not None):
            fates["connect_timeout"] = fates["timeout"] = _CONNECT
        connect = max(connect, answer)
    elif check.timeout is not None and made.kind == "tcp":
        fates["timeout"] = approximated("keepalived's TCP_CHECK reads no answer")
    connect = min(fit("connect_timeout", connect), 4294.0)
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
    fates["detail"] = fates["kind"] = _SCRIPT
    made = replace(made, connect_timeout=None, timeout=whole,
                   address=None, port=None, detail=ScriptRun(command))  # fmt: skip
    return Adapted(made, fates)


def _http(check: Check, made: Check, version: Version, fates: dict[str, Fate]) -> Check:
    source = check.detail if isinstance(check.detail, tuple) else ()
    requests = [request for request in source if isinstance(request, HttpRequest)]
    if not requests:
        requests = [HttpRequest("OPTIONS", expects=(Expect("status", "200-399"),))]
    losses: list[Fate] = [_ROUNDS] if len(requests) > 1 else []
    http = "1.1" if requests[0].version not in ("1.0", "0.9", "") else "1.0"
    if http == "1.1" and version < STATUS_RANGES:
        http = "1.0"
    urls = tuple(_url(request, http, check.sni, version, losses) for request in requests)
    if losses:
        reasons = list(dict.fromkeys(loss.reason for loss in losses))
        fates["detail"] = approximated("; ".join(reasons))
        fates["kind"] = KEPT
    sni = check.sni if check.tls and check.sni and version >= SNI else ""
    if check.sni and (not sni or any(url.host != sni for url in urls)):
        sni = ""
        fates["sni"] = dropped("keepalived sends no such server name in TLS")
    return replace(made, tls=check.tls, sni=sni, detail=urls)


def _url(
    request: HttpRequest, http: str, sni: str, version: Version, losses: list[Fate]
) -> HttpRequest:
    if request.method != "GET":
        losses.append(approximated(f"keepalived asks with GET, not {request.method}"))
    if request.version.startswith(("2", "3")):
        losses.append(_HTTP2)
    host = request.host
    for name, value in request.headers:
        if name.lower() == "host" and not host:
            host = value
        elif name.lower() not in ("host", "connection"):
            losses.append(_BODY)
    if request.body:
        losses.append(_BODY)
    if host and word(host) is None:
        losses.append(approximated("keepalived's virtualhost cannot be written so"))
        host = ""
    path = request.path or "/"
    if word(path) is None:
        losses.append(approximated("keepalived's path cannot be written so: it asks for /"))
        path = "/"
    expects = _expects(request.expects, version, losses)
    return HttpRequest("GET", path, http, host or sni, expects=expects)


def _expects(
    wanted: tuple[Expect, ...], version: Version, losses: list[Fate]
) -> tuple[Expect, ...]:
    """Return status, digest and pattern, in keepalived's order, of what is *wanted*."""
    status: str | None = None
    found: dict[str, Expect] = {}
    for expect in wanted:
        if expect.kind == "status":
            codes = _codes(expect.value)
            every = set(range(100, 600))
            status = _spell(every - codes if expect.negate else codes) if codes else None
            if status is None:
                losses.append(approximated(f"keepalived cannot want status {expect.value}"))
        elif expect.kind == "rstatus":
            status = _matching(expect.value, expect.negate)
            if status is None:
                losses.append(approximated(f"keepalived cannot want status {expect.value}"))
        elif expect.kind in ("string", "regex") and "regex" not in found:
            text = expect.value if expect.kind == "regex" else _literal(expect.value)
            written = pattern_word(text)
            if written is None:
                losses.append(approximated("keepalived's regex cannot be written so"))
            else:
                found["regex"] = Expect("regex", written[0], expect.negate)
                losses.append(
                    approximated("keepalived's regex is PCRE2 and looks at headers and body")
                )
        elif expect.kind == "digest" and "digest" not in found:
            found["digest"] = expect
        else:
            losses.append(approximated(f"keepalived's HTTP_GET cannot expect a {expect.kind}"))
    if status is None:
        status = "100-599" if found else "200-399"  # elsewhere a text alone is enough
    if version < STATUS_RANGES and not status.isdigit():
        losses.append(_LISTS)
        status = status.replace("-", ",").split(",")[0]
    ordered = [Expect("status", status)]
    ordered += [found[kind] for kind in ("digest", "regex") if kind in found]
    return tuple(ordered)


def _codes(text: str) -> set[int] | None:
    codes: set[int] = set()
    for part in text.replace(",", " ").split():
        first, _, last = part.partition("-")
        if not (first.isdigit() and (last or first).isdigit()):
            return None
        codes.update(range(max(int(first), 100), min(int(last or first), 599) + 1))
    return codes or None


def _spell(codes: set[int]) -> str | None:
    """Return status *codes* as ranges, such as ``200-299,304``; None for none."""
    parts: list[str] = []
    first = previous = None
    for code in [*sorted(codes), 10_000]:
        if first is None or previous is None:
            first = code
        elif code != previous + 1:
            parts.append(str(first) if first == previous else f"{first}-{previous}")
            first = code
        previous = code
    return ",".join(parts) or None


def _matching(pattern: str, negate: bool) -> str | None:
    """Return the status codes that a regular expression matches."""
    import re  # only where a status is given as a pattern

    try:
        matches = re.compile(pattern).search
    except re.error:
        return None
    codes = {code for code in range(100, 600) if (matches(str(code)) is None) == negate}
    return _spell(codes) if codes else None


def _literal(text: str) -> str:
    """Return a regular expression that matches exactly *text*."""
    return "".join("\\" + c if c in "\\.^$*+?()[]{}|" else c for c in text)
