"""Prints checks as keepalived's checkers, and finds what all of them have in common."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from hatools.model import Check, DnsQuery, HttpRequest, ScriptRun, UdpProbe
from hatools_keepalived.spelling import pattern_word, script_word, seconds, word

_BLOCKS = {
    "tcp": "TCP_CHECK", "http": "HTTP_GET", "smtp": "SMTP_CHECK", "dns": "DNS_CHECK",
    "udp": "UDP_CHECK", "ping": "PING_CHECK", "script": "MISC_CHECK", "file": "FILE_CHECK",
    "bfd": "BFD_CHECK",
}  # fmt: skip
_RETRY = {"dns": 3, "script": 0}
_PAUSE = {"http": 3.0}
_TIMELESS = ("bfd", "file")
_DELAY_LOOP, _CONNECT_TIMEOUT, _PATIENCE, _STEP = 60.0, 5.0, 1, 1.0
_DEFAULT_HELO = "smtpchecker.keepalived.org"


class Common(NamedTuple):
    """What a virtual server says once for all its checks; None: each says its own."""

    delay_loop: float = _DELAY_LOOP
    retry: int | None = None
    delay_before_retry: float | None = None
    connect_timeout: float | None = None

    def rows(self) -> list[str]:
        """Return the rows of the virtual server besides delay_loop."""
        rows = []
        if self.retry is not None:
            rows.append(f"retry {self.retry}")
        if self.delay_before_retry is not None:
            rows.append(f"delay_before_retry {seconds(self.delay_before_retry)}")
        if self.connect_timeout is not None:
            rows.append(f"connect_timeout {seconds(self.connect_timeout)}")
        return rows


def common(checks: Iterable[Check], once: bool) -> Common:
    """Return what *checks* share; unless *once*, only their most frequent interval."""
    unique = {id(check): check for check in checks}
    if not unique:
        return Common()
    counts: dict[float, int] = {}
    for check in unique.values():
        counts[check.interval] = counts.get(check.interval, 0) + 1
    loop = max(counts, key=lambda value: counts[value])
    found = list(unique.values())
    if not once or any(check.kind in _TIMELESS for check in found):
        return Common(loop)
    retries = {check.fall - 1 for check in found}
    pauses = {check.fast_interval for check in found}
    limits = {check.connect_timeout for check in found if check.connect_timeout is not None}
    retry = pause = limit = None
    if len(retries) == 1 and min(retries) >= 1 and any(_retry(c) != c.fall - 1 for c in found):
        retry = min(retries)
    if len(pauses) == 1 and any(_pause(c) != c.fast_interval for c in found):
        pause = min(pauses)
    if len(limits) == 1 and limits != {_CONNECT_TIMEOUT}:
        limit = min(limits)
    return Common(loop, retry, pause, limit)


def _retry(check: Check) -> int:
    return _RETRY.get(check.kind, _PATIENCE)


def _pause(check: Check) -> float:
    return check.interval if check.kind == "dns" else _PAUSE.get(check.kind, _STEP)


def check_rows(check: Check, shared: Common) -> list[str]:
    """Return the rows of *check*'s block, indented from its own head."""
    name = "SSL_GET" if check.kind == "http" and check.tls else _BLOCKS[check.kind]
    inside = [*_detail(check)]
    if check.address is not None:
        inside.append(f"connect_ip {check.address}")
    if check.port is not None:
        inside.append(f"connect_port {check.port}")
    if check.source_address:
        inside.append(f"bindto {check.source_address}")
    if check.source_port is not None:
        inside.append(f"bind_port {check.source_port}")
    if check.interface:
        inside.append(f"bind_if {word(check.interface) or check.interface}")
    if check.mark:
        inside.append(f"fwmark {check.mark}")
    if check.kind not in _TIMELESS:
        inside += _timers(check, shared)
    if check.initial == "down":
        inside.append("alpha")
    for words in check.own:
        inside.append(spell_row(words))
    return [f"{name} {{", *("    " + row for row in inside), "}"]


def _timers(check: Check, shared: Common) -> list[str]:
    """Return the rows of the times that differ from what is said or taken elsewhere."""
    rows = []
    if check.interval != shared.delay_loop:
        rows.append(f"delay_loop {seconds(check.interval)}")
    limit = _CONNECT_TIMEOUT if shared.connect_timeout is None else shared.connect_timeout
    if check.connect_timeout is not None and check.connect_timeout != limit:
        rows.append(f"connect_timeout {seconds(check.connect_timeout)}")
    if check.fall - 1 != (_retry(check) if shared.retry is None else shared.retry):
        rows.append(f"retry {check.fall - 1}")
    pause = _pause(check) if shared.delay_before_retry is None else shared.delay_before_retry
    if check.fast_interval != pause:
        rows.append(f"delay_before_retry {seconds(check.fast_interval)}")
    if check.warmup is not None:
        rows.append(f"warmup {seconds(check.warmup)}")
    return rows


def _detail(check: Check) -> list[str]:
    """Return the rows that only this kind of check has."""
    detail = check.detail
    if check.kind == "http" and isinstance(detail, tuple):
        return _urls(check)
    if isinstance(detail, ScriptRun):
        rows = [f"misc_path {script_word(detail.command) or detail.command}"]
        if check.timeout is not None:
            rows.append(f"misc_timeout {seconds(check.timeout)}")
        if detail.dynamic:
            rows.append("misc_dynamic")
        if detail.user:
            rows.append(f"user {detail.user} {detail.group}".rstrip())
        return rows
    if isinstance(detail, DnsQuery):
        rows = [] if detail.type == "SOA" else [f"type {detail.type}"]
        return rows if detail.name == "." else [*rows, f"name {word(detail.name) or detail.name}"]
    if isinstance(detail, UdpProbe):
        return _probe(detail)
    if isinstance(detail, str) and detail:
        keyword = {"smtp": "helo_name", "bfd": "name", "file": "track_file"}.get(check.kind, "")
        if keyword and detail != _DEFAULT_HELO:
            return [f"{keyword} {word(detail) or detail}"]
    return []


def _probe(probe: UdpProbe) -> list[str]:
    rows = [f"payload {probe.payload}"] if probe.payload else []
    if probe.reply:
        rows.append("require_reply" if probe.reply == "*" else f"require_reply {probe.reply}")
    if probe.shortest:
        rows.append(f"min_reply_length {probe.shortest}")
    if probe.longest != 255:
        rows.append(f"max_reply_length {probe.longest}")
    return rows


def _urls(check: Check) -> list[str]:
    requests = [item for item in check.detail if isinstance(item, HttpRequest)]  # type: ignore[union-attr]
    rows = []
    closing = any(request.headers for request in requests)
    if requests[0].version != "1.0" or closing:
        rows.append(f"http_protocol {requests[0].version}{'C' if closing else ''}")
    if check.sni:
        rows.append("enable_sni")
    for request in requests:
        rows += ["url {", *("    " + row for row in _url(request)), "}"]
    return rows


def _url(request: HttpRequest) -> list[str]:
    rows = [f"path {word(request.path) or request.path}"]
    if request.host:
        rows.append(f"virtualhost {word(request.host) or request.host}")
    for expect in request.expects:
        if expect.kind == "status" and expect.value != "200-299":
            rows.append(f"status_code {expect.value.replace(',', ' ')}")
        elif expect.kind == "digest":
            rows.append(f"digest {expect.value}")
        elif expect.kind == "regex":
            written = pattern_word(expect.value)
            rows.append(f"regex {written[1] if written else expect.value}")
            if expect.negate:
                rows.append("regex_no_match")
    return rows


def spell_row(words: tuple[str, ...]) -> str:
    """Return *words* of keepalived's own as a row."""
    return " ".join(word(text) or text for text in words)
