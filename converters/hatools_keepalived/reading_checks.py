"""Reads keepalived's ten checkers into checks."""

from __future__ import annotations

from typing import Any, NamedTuple

from hatools.model import Check, DnsQuery, Expect, Fate, HttpRequest, Outcome, ScriptRun, UdpProbe
from hatools_keepalived import remarks
from hatools_keepalived.block_reader import BlockReader, Special, Table
from hatools_keepalived.scope import Scope
from hatools_keepalived.values import (
    IGNORED,
    LONGEST,
    MISSING,
    UINT,
    Result,
    Words,
    address,
    boolean,
    choice,
    flag,
    hexadecimal,
    port,
    seconds,
    text,
    whole,
)

_DNS_TYPES = ["A", "NS", "CNAME", "SOA", "MX", "TXT", "AAAA", "RRSIG", "DNSKEY"]
_ALL_DAY = 4294967295.0


class CheckDefaults(NamedTuple):
    """What a virtual or real server says once for its checkers; None where it says nothing."""

    retry: int | None = None
    delay_before_retry: float | None = None
    delay_loop: float = 60.0
    connect_timeout: float = 5.0
    warmup: float | None = None
    alpha: bool = False
    host: str = ""


class Kind(NamedTuple):
    """A kind of checker: its name in the model, defaults of its own, whether it reads an answer."""

    name: str
    retry: int = 1
    delay_before_retry: float | None = 1.0  # None: the delay_loop
    reads_answer: bool = False
    tls: bool = False


KINDS = {
    "TCP_CHECK": Kind("tcp"),
    "HTTP_GET": Kind("http", 1, 3.0, True),
    "SSL_GET": Kind("http", 1, 3.0, True, True),
    "SMTP_CHECK": Kind("smtp", 1, 1.0, True),
    "DNS_CHECK": Kind("dns", 3, None, True),
    "MISC_CHECK": Kind("script", 0),
    "UDP_CHECK": Kind("udp", 1, 1.0, True),
    "PING_CHECK": Kind("ping", 1, 1.0, True),
    "BFD_CHECK": Kind("bfd", 0),
    "FILE_CHECK": Kind("file", 0),
}

DELAYS: Table = {
    "retry": ("fall", whole(0, UINT)),
    "delay_before_retry": ("fast_interval", seconds(0, _ALL_DAY)),
    "delay_loop": ("interval", seconds(1e-6, _ALL_DAY)),
    "warmup": ("warmup", seconds(0, _ALL_DAY)),
    "alpha": ("initial", boolean),
}
CONNECTION: Table = {
    "connect_ip": ("address", address),
    "connect_port": ("port", port),
    "bindto": ("source_address", address),
    "bind_port": ("source_port", port),
    "bind_if": ("interface", text),
    "connect_timeout": ("connect_timeout", seconds(1e-6, LONGEST)),
    "fwmark": ("mark", whole(0, UINT)),
}


def _misplaced_retry(
    reader: BlockReader, scope: Scope, index: int, words: Words, path: str
) -> None:
    """Drop nb_get_retry where keepalived 2 does not know it, whatever its author hoped for."""
    default = KINDS[path.split("/")[2]].retry
    wanted = words[1] if len(words) > 1 else "N"
    advice = f"write retry {wanted}"
    said = (
        "keepalived 2.x knows nb_get_retry only in HTTP_GET and SSL_GET and uses its default of"
        f" {default} {'retry' if default == 1 else 'retries'} here"
    )
    scope.remark(index, remarks.MISPLACED_RETRY, said, advice, "retry", sure=False)
    scope.settle(index, Fate(Outcome.DROPPED, f"not understood: {said}; {advice}"))


def _status(words: Words) -> Result:
    """Take status codes and ranges from 100 to 599."""
    if not words:
        return IGNORED, MISSING
    for word in words:
        first, _, last = word.partition("-")
        last = last or first
        if not (first.isascii() and first.isdigit() and last.isascii() and last.isdigit()):
            return IGNORED, f"'{word}' is no status code"
        if not 100 <= int(first) <= int(last) <= 599:
            return IGNORED, f"'{word}' is no status code from 100 to 599"
    return ",".join(words), ""


_URL: Table = {
    "path": ("path", text),
    "digest": ("digest", hexadecimal(32)),
    "status_code": ("status", _status),
    "virtualhost": ("host", text),
    "regex": ("regex", text),
    "regex_no_match": ("no_match", flag),
}
_URL_FIELDS = {
    "status": "expects.status",
    "digest": "expects.digest",
    "regex": "expects.regex",
    "no_match": "expects.regex",
}


def _url(reader: BlockReader, scope: Scope, index: int, words: Words, path: str) -> None:
    """Read one url block into the list of them; its facts are claimed as the check's detail."""
    url = Scope(scope.at)
    url.claims = {}
    reader.read_block(url, f"{path}/url", _URL, index)
    urls = scope.values.setdefault("urls", [])
    scope.remarks += url.remarks
    if "path" not in url.values:
        said = "a url without path: keepalived ignores it"
        scope.remark(index, remarks.INCOMPLETE, said, "give it a path")
        reader.drop(scope, index, said)
        return
    scope.fates += url.fates
    number, first = len(urls), len(scope.own)
    urls.append(url.values)
    scope.own += [("url", str(number), *words) for words in url.own]
    scope.claim(f"detail.{number}", index)
    for name, offsets in url.claims.items():
        kept = name.removeprefix("own.")
        detail = f"detail.{number}.{_URL_FIELDS.get(name, name)}"
        field = f"own.{first + int(kept)}" if kept != name else detail
        scope.claims[field] = (*scope.claims.get(field, ()), *offsets)


def _host(reader: BlockReader, scope: Scope, index: int, words: Words, path: str) -> None:
    """Read a host block of SMTP_CHECK: an address of its own to ask."""
    host = Scope(scope.at)
    host.claims = {}
    host.own = scope.own
    reader.read_block(host, f"{path}/host", {**DELAYS, **CONNECTION}, index)
    scope.fates += host.fates
    scope.remarks += host.remarks
    hosts = scope.values.setdefault("hosts", [])
    hosts.append(host.values)
    scope.claim("", index)
    for name, offsets in host.claims.items():
        scope.claims[name] = (*scope.claims.get(name, ()), *offsets)


def _user(reader: BlockReader, scope: Scope, index: int, words: Words, path: str) -> None:
    """Read the user, and perhaps the group, that a script runs as."""
    if len(words) < 2:
        reader.refuse(scope, index, words, MISSING)
        return
    reader.say(scope, "detail.user", words[1:3], index)


def _dns_type(words: Words) -> Result:
    if not words:
        return IGNORED, MISSING
    kind = words[0].upper()
    if kind not in _DNS_TYPES:
        return IGNORED, f"'{words[0]}' is no record type that keepalived asks for"
    return kind, ""


def _reply(words: Words) -> Result:
    return hexadecimal(0, "xX")(words) if words else ("*", "")


_RETRY_ELSEWHERE: dict[str, Special] = {"nb_get_retry": _misplaced_retry}
_COMMON: Table = {**DELAYS, **CONNECTION, **_RETRY_ELSEWHERE}
_HTTP: Table = {
    **DELAYS,
    **CONNECTION,
    "nb_get_retry": ("fall", whole(0, UINT)),
    "virtualhost": ("host", text),
    "http_protocol": ("version", choice("1.0", "1.1", "1.0C", "1.0c")),
    "enable_sni": ("sni", boolean),
    "url": _url,
}
_TABLES: dict[str, Table] = {
    "TCP_CHECK": _COMMON,
    "HTTP_GET": _HTTP,
    "SSL_GET": _HTTP,
    "SMTP_CHECK": {**_COMMON, "helo_name": ("detail", text), "host": _host},
    "DNS_CHECK": {
        **_COMMON,
        "type": ("detail.type", _dns_type),
        "name": ("detail.name", text),
    },
    "MISC_CHECK": {
        **DELAYS,
        **_RETRY_ELSEWHERE,
        "misc_path": ("detail.command", text),
        "misc_timeout": ("timeout", whole(0, 4294)),
        "misc_dynamic": ("detail.dynamic", flag),
        "user": _user,
    },
    "UDP_CHECK": {
        **_COMMON,
        "payload": ("detail.payload", hexadecimal()),
        "require_reply": ("detail.reply", _reply),
        "min_reply_length": ("detail.shortest", whole(0, 65535)),
        "max_reply_length": ("detail.longest", whole(0, 65535)),
    },
    "PING_CHECK": _COMMON,
    "BFD_CHECK": {"alpha": ("initial", boolean), "name": ("detail", text)},
    "FILE_CHECK": {"track_file": ("detail", text)},
}
_NEEDS = {
    "HTTP_GET": ("urls", "has no url: keepalived ignores it, or crashes", "give it a url"),
    "SSL_GET": ("urls", "has no url: keepalived ignores it, or crashes", "give it a url"),
    "MISC_CHECK": ("detail.command", "has no misc_path: keepalived ignores it", "name its script"),
    "BFD_CHECK": ("detail", "has no name: keepalived ignores it", "name its bfd_instance"),
    "FILE_CHECK": ("detail", "has no track_file: keepalived ignores it", "name its track_file"),
}


def read_check(
    reader: BlockReader, server: Scope, index: int, keyword: str, defaults: CheckDefaults
) -> list[Check]:
    """Read the checker at *index*, claiming its statements in *server* (``checks.N.…``)."""
    scope = Scope(server.at)
    scope.claims = {}
    reader.read_block(scope, f"virtual_server/real_server/{keyword}", _TABLES[keyword], index)
    need = _NEEDS.get(keyword)
    if need is not None and not scope.get(need[0]):
        server.remarks += scope.remarks
        server.remark(index, remarks.INCOMPLETE, f"{keyword} {need[1]}", need[2])
        reader.drop(server, index, f"{keyword} {need[1]}")
        return []
    server.fates += scope.fates
    server.remarks += scope.remarks
    hosts = scope.get("hosts") or [{}]
    found = []
    for host in hosts:
        found.append(_check(KINDS[keyword], {**scope.values, **host}, scope.own, defaults))
        number = len(server.values.setdefault("checks", []))
        server.values["checks"].append(found[-1])
        server.claim(f"checks.{number}", index)
        for name, offsets in scope.claims.items():
            field = f"checks.{number}.{name}" if name else f"checks.{number}"
            server.claims[field] = (*server.claims.get(field, ()), *offsets)
    return found


def _check(
    kind: Kind, said: dict[str, Any], own: list[tuple[str, ...]], defaults: CheckDefaults
) -> Check:
    """Return the check with keepalived's own defaults where nothing was said."""
    interval = said.get("interval", defaults.delay_loop)
    fast = said.get("fast_interval", defaults.delay_before_retry)
    if fast is None:
        fast = interval if kind.delay_before_retry is None else kind.delay_before_retry
    retry = said.get("fall", defaults.retry) if kind.name not in ("bfd", "file") else 0
    connect = said.get("connect_timeout", defaults.connect_timeout)
    timeout = connect if kind.reads_answer else None
    if kind.name == "script":
        timeout = float(said["timeout"]) if "timeout" in said else defaults.delay_loop
    host = said.get("host", defaults.host)
    return Check(
        kind.name,
        said.get("address"),
        said.get("port"),
        interval,
        fast,
        interval,
        connect if kind.name not in ("script", "bfd", "file") else None,
        timeout,
        1,
        (kind.retry if retry is None else retry) + 1,
        "down" if said.get("initial", defaults.alpha) else "up",
        said.get("warmup", defaults.warmup),
        kind.tls,
        _first_host(said, host) if kind.tls and said.get("sni") else "",
        said.get("source_address", ""),
        said.get("source_port"),
        said.get("interface", ""),
        said.get("mark", 0),
        _detail(kind.name, said, host),
        "",
        tuple(own),
    )


def _first_host(said: dict[str, Any], host: str) -> str:
    return str(said["urls"][0].get("host", host))


def _detail(kind: str, said: dict[str, Any], host: str) -> Any:
    """Return the kind's own record."""
    if kind == "http":
        return tuple(_request(url, said.get("version", "1.0"), host) for url in said["urls"])
    if kind == "script":
        user = (*said.get("detail.user", ()), "", "")
        return ScriptRun(
            said["detail.command"], user[0], user[1], said.get("detail.dynamic", False)
        )
    if kind == "dns":
        return DnsQuery(said.get("detail.type", "SOA"), said.get("detail.name", "."))
    if kind == "udp":
        return UdpProbe(
            said.get("detail.payload", ""),
            said.get("detail.reply", ""),
            said.get("detail.shortest", 0),
            said.get("detail.longest", 255),
        )
    if kind == "smtp":
        return said.get("detail", "smtpchecker.keepalived.org")
    return said.get("detail")


def _request(url: dict[str, Any], version: str, host: str) -> HttpRequest:
    """Return one url with what its answer must be; without a status, 200-299 is good."""
    expects = [Expect("status", url.get("status", "200-299"))]
    if "digest" in url:
        expects.append(Expect("digest", url["digest"]))
    if "regex" in url:
        expects.append(Expect("regex", url["regex"], bool(url.get("no_match"))))
    headers = (("Connection", "close"),) if version.endswith(("C", "c")) else ()
    return HttpRequest(
        "GET",
        url["path"],
        version.rstrip("Cc"),
        url.get("host", host),
        headers,
        "",
        tuple(expects),
    )
