"""Prints a check: the lines that a proxy needs for it, the words that a server needs for it."""

from __future__ import annotations

from collections.abc import Callable

from hatools.model import Check, Expect, HttpRequest, ScriptRun, Step
from hatools_haproxy.quoting import duration, endpoint, joined, quote

SEND_SINCE = (2, 2)  # http-check send and connect, several statuses in one expect
_EXPECT = {"status": "status", "string": "string", "regex": "rstring", "header": "hdr"}
_OPTIONS = {
    "smtp": "smtpchk",
    "script": "external-check",
    "tls-hello": "ssl-hello-chk",
    "mysql": "mysql-check",
    "pgsql": "pgsql-check",
    "redis": "redis-check",
    "ldap": "ldap-check",
    "spop": "spop-check",
    "steps": "tcp-check",
}
# The record's intervals are haproxy's own defaults; its rise and fall are not.
_INTERVAL, _RISE, _FALL = 2.0, 2, 3


def proxy_lines(check: Check, version: tuple[int, ...]) -> list[str]:
    """Return the lines of a proxy whose servers have *check*, for haproxy *version*."""
    lines = _KINDS.get(check.kind, _other_lines)(check, version)
    return lines + [
        joined(words)
        for words in check.own
        if words and words[0] in _PROXY_WORDS and words[:2] != _CONNECT
    ]


_PROXY_WORDS = ("external-check", "http-check", "tcp-check", "option")
_CONNECT = ("http-check", "connect")


def _tcp_lines(check: Check, version: tuple[int, ...]) -> list[str]:
    return []


def _http_lines(check: Check, version: tuple[int, ...]) -> list[str]:
    requests = [item for item in _tuple(check.detail) if isinstance(item, HttpRequest)]
    if version < SEND_SINCE:
        return _old_http_lines(requests[0]) if requests else ["option httpchk"]
    lines = ["option httpchk"]
    connects = [joined(words) for words in check.own if words[:2] == _CONNECT]
    unopened = len(requests) - len(connects)  # the first needs no connect of its own
    for number, request in enumerate(requests):
        if 0 <= number - unopened < len(connects):
            lines.append(connects[number - unopened])
        words = ["meth", request.method, "uri", request.path, "ver", f"HTTP/{request.version}"]
        headers = [("Host", request.host)] if request.host else []
        for name, value in [*headers, *request.headers]:
            words += ["hdr", name, value]
        if request.body:
            words += ["body", request.body]
        lines.append("http-check send " + joined(tuple(words)))
        lines += [_expect(expect) for expect in request.expects]
    return lines


def _old_http_lines(request: HttpRequest) -> list[str]:
    """Return the lines for haproxy before 2.2, which hides the headers behind the version."""
    tail = f"HTTP/{request.version}"
    headers = [("Host", request.host)] if request.host else []
    for name, value in [*headers, *request.headers]:
        tail += f"\r\n{name}: {value}"
    lines = ["option httpchk " + joined((request.method, request.path, tail))]
    return lines + [_expect(expect) for expect in request.expects]


def _expect(expect: Expect) -> str:
    kind = _EXPECT.get(expect.kind, expect.kind)
    return f"http-check expect {'! ' if expect.negate else ''}{kind} {quote(expect.value)}"


def _smtp_lines(check: Check, version: tuple[int, ...]) -> list[str]:
    name = check.detail if isinstance(check.detail, str) and check.detail else "localhost"
    return ["option smtpchk HELO " + quote(name)]


def _script_lines(check: Check, version: tuple[int, ...]) -> list[str]:
    lines = ["option external-check"]
    if isinstance(check.detail, ScriptRun):
        lines.append("external-check command " + quote(check.detail.command))
    return lines


def _step_lines(check: Check, version: tuple[int, ...]) -> list[str]:
    steps = [item for item in _tuple(check.detail) if isinstance(item, Step)]
    return ["option tcp-check", *("tcp-check " + joined(step.words) for step in steps)]


def _other_lines(check: Check, version: tuple[int, ...]) -> list[str]:
    option = _OPTIONS.get(check.kind)
    if option is None:
        return []
    user = f" user {quote(check.detail)}" if isinstance(check.detail, str) and check.detail else ""
    return [f"option {option}{user}"]


_KINDS: dict[str, Callable[[Check, tuple[int, ...]], list[str]]] = {
    "tcp": _tcp_lines,
    "http": _http_lines,
    "smtp": _smtp_lines,
    "script": _script_lines,
    "steps": _step_lines,
}


def _tuple(detail: object) -> tuple[object, ...]:
    return detail if isinstance(detail, tuple) else ()


def server_options(check: Check) -> tuple[str, ...]:
    """Return what a server's line, or `default-server`, says of *check*, but for ``check``."""
    if check.tracks:
        return ()
    options = [] if check.interval == _INTERVAL else [f"inter {duration(check.interval)}"]
    if check.fast_interval != check.interval:
        options.append(f"fastinter {duration(check.fast_interval)}")
    if check.down_interval != check.interval:
        options.append(f"downinter {duration(check.down_interval)}")
    if (check.rise, check.fall) != (_RISE, _FALL):
        options += [f"rise {check.rise}", f"fall {check.fall}"]
    if check.initial != "up":
        options.append(f"init-state {check.initial}")
    if check.address is not None:
        options.append(f"addr {endpoint(check.address, None)}")
    if check.port is not None:
        options.append(f"port {check.port}")
    if check.tls:
        options.append("check-ssl")
    if check.sni:
        options.append("check-sni " + quote(check.sni))
    options += [joined(words) for words in check.own if words and words[0] not in _PROXY_WORDS]
    return tuple(options)


def agent_options(check: Check) -> tuple[str, ...]:
    """Return what a server's line says of an agent that reports its state."""
    options = ["agent-check"]
    if check.port is not None:
        options.append(f"agent-port {check.port}")
    if check.address is not None:
        options.append(f"agent-addr {endpoint(check.address, None)}")
    if check.interval != _INTERVAL:
        options.append(f"agent-inter {duration(check.interval)}")
    if isinstance(check.detail, str) and check.detail:
        options.append("agent-send " + quote(check.detail))
    options += [joined(words) for words in check.own]
    return tuple(options)
