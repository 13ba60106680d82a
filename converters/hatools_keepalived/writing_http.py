"""Turns HTTP requests and expectations of another language into keepalived's urls."""

from __future__ import annotations

from hatools.model import KEPT, Check, Expect, Fate, HttpRequest, approximated, dropped, replace
from hatools_keepalived.spelling import LONGEST_LINE, pattern_word, word

SNI: tuple[int, ...] = (1, 4, 3)
STATUS_RANGES: tuple[int, ...] = (2, 0, 17)
_ANY_GOOD = (Expect("status", "200-399"),)  # what haproxy takes for good unless told
_HTTP2 = approximated("keepalived's checks speak HTTP/1")
_MIN_RECV = approximated("keepalived reads the whole answer: it knows no min-recv")
_EXPECT_OPTIONS = ("min-recv", "comment", "ok-status", "error-status", "tout-status",
                   "on-success", "on-error", "status-code")  # fmt: skip
_EXPECTS = {"status": "status", "rstatus": "rstatus", "string": "string", "rstring": "regex"}
_BODY = approximated("keepalived's checks send Host and no other header, and no body")
_ROUNDS = approximated("keepalived asks one url after the other, one each delay_loop")
_LISTS = approximated("keepalived before 2.0.17 wants one status code, not a list")


def adapt_http(
    check: Check, made: Check, version: tuple[int, ...], fates: dict[str, Fate]
) -> Check:
    """Return *made* with the urls, host name and TLS of *check*; notes losses in *fates*."""
    source = check.detail if isinstance(check.detail, tuple) else ()
    requests = [request for request in source if isinstance(request, HttpRequest)]
    if not requests:
        requests = [HttpRequest("OPTIONS", expects=_ANY_GOOD)]
    for expect in _expected(check, fates):
        empty = next((at for at, item in enumerate(requests) if item.expects == ()), -1)
        requests[empty] = replace(requests[empty], expects=(*requests[empty].expects, expect))
    losses: list[Fate] = [_ROUNDS] if len(requests) > 1 else []
    unmet: list[Fate] = []
    http = "1.1" if requests[0].version not in ("1.0", "0.9", "") else "1.0"
    if http == "1.1" and version < STATUS_RANGES:
        http = "1.0"
    server_name = check.sni if word(check.sni) is not None else ""
    urls = tuple(_url(request, http, server_name, version, losses, unmet) for request in requests)
    for name, found in (
        ("detail.request", losses), ("detail.expects", unmet), ("detail", losses + unmet)
    ):  # fmt: skip
        reasons = list(dict.fromkeys(loss.reason for loss in found))
        fates[name] = approximated("; ".join(reasons)) if reasons else KEPT
    sni = server_name if check.tls and version >= SNI else ""
    if check.sni and (not sni or any(url.host != sni for url in urls)):
        sni = ""
        fates["sni"] = dropped("keepalived sends no such server name in TLS")
    return replace(made, tls=check.tls, sni=sni, detail=urls)


def _expected(check: Check, fates: dict[str, Fate]) -> list[Expect]:
    """Return what haproxy's own ``http-check expect`` lines want, as far as keepalived can."""
    found: list[Expect] = []
    for number, words in enumerate(check.own):
        if words[:2] != ("http-check", "expect"):
            continue
        rest, fate = words[2:], KEPT
        while len(rest) > 2 and rest[0] in _EXPECT_OPTIONS:
            fate = _MIN_RECV if rest[0] == "min-recv" else fate
            rest = rest[2:]
        negated = rest[:1] == ("!",)
        rest = rest[negated:]
        kind = _EXPECTS.get(rest[0]) if len(rest) == 2 else None
        if kind is None or (kind == "rstatus" and not _matching(rest[1], negated)):
            fate = approximated(f"keepalived's HTTP_GET cannot expect a {' '.join(rest[:1])}")
        else:
            found.append(Expect(kind, rest[1], negated))
        fates[f"own.{number}"] = fate
    return found


def _url(
    request: HttpRequest,
    http: str,
    sni: str,
    version: tuple[int, ...],
    losses: list[Fate],
    unmet: list[Fate],
) -> HttpRequest:
    """Return *request* as a url; notes in *losses* and *unmet* what of it cannot be."""
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
    expects = _expects(request.expects, version, unmet)
    return HttpRequest("GET", path, http, host or sni, expects=expects)


def _expects(
    wanted: tuple[Expect, ...], version: tuple[int, ...], losses: list[Fate]
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
        elif expect.kind == "digest" and "digest" not in found and _is_digest(expect.value):
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


def _is_digest(text: str) -> bool:
    return len(text) == 32 and set("0123456789abcdefABCDEF").issuperset(text)


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
    text = ",".join(parts)
    return text if 0 < len(text) < LONGEST_LINE - 100 else None


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
