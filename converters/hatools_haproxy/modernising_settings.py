"""Rewrites of old lines that are no rules on requests: processes, options, addresses, checks."""

from __future__ import annotations

from collections.abc import Callable

from hatools.model import Fate, Outcome
from hatools_haproxy.keywords import PROXIES
from hatools_haproxy.modernising_cases import Answer, Case, Change, Left, refused, spelled

_RETURN = "http-request return"
_ANSWERED = "it is answered once a request has come, in its place among the rules"


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split(".")[:2] if part.isdigit())


def removed(reason: str) -> Callable[[Case], Answer]:
    """Return the rewrite that takes a line out, because *reason*."""
    fate = Fate(Outcome.DROPPED, reason)
    return lambda case: Change(None, fate)


def _renamed(now: str, *values: tuple[str, str]) -> Callable[[Case], Answer]:
    """Return the rewrite to the keyword *now*; *values* are (old, new) where they differ."""
    table = dict(values)
    fate = Fate(Outcome.KEPT, f"written as '{now}'")

    def rewrite(case: Case) -> Answer:
        if not case.known(now.removesuffix(" off")):
            return refused(case)
        if table:
            value = case.words[-1]
            if len(case.words) != 2 or value not in table:
                return refused(case)
            return Change(f"{now} {table[value]}", fate)
        return case.renamed(now, fate)

    return rewrite


def _nbproc(case: Case) -> Answer:
    """Say ``nbthread`` for several processes; one process is what there is now."""
    count = case.words[1] if len(case.words) > 1 else ""
    if not count.isdecimal():
        return refused(case)
    if int(count) > 1 and _numbers(case.version) < (2, 5):
        return refused(case)  # bind-process and its kin still count there
    if int(count) <= 1:
        return Change(None, Fate(Outcome.DROPPED, "one process is all there is from 2.5 on"))
    if case.part.has("nbthread"):
        reason = "there is one process, with as many threads as nbthread says"
        return Change(None, Fate(Outcome.DROPPED, reason))
    why = f"{count} threads of one process in place of {count} processes"
    return case.renamed("nbthread", Fate(Outcome.APPROXIMATED, why))


def _cpu_map(case: Case) -> Answer:
    """Bind the threads that stand in for processes where those were bound."""
    several = any(w[0] == "nbproc" and w[1:] not in ((), ("1",)) for w in case.part.lines)
    several = several and not case.part.has("nbthread")
    if _numbers(case.version) < (2, 5) or not several or len(case.words) < 3:
        return None
    which = case.words[1]
    if "/" in which or ":" in which:
        return None
    reason = "the thread that stands in for the process"
    return Change(f"cpu-map 1/{which}{case.rest(2)}", Fate(Outcome.APPROXIMATED, reason))


def _forceclose(case: Case) -> Answer:
    fate = Fate(Outcome.KEPT, "written as 'option httpclose', of which it was another name")
    return case.renamed("option httpclose", fate)


def _http_proxy(case: Case) -> Answer:
    if case.negated:
        return Change(None, Fate(Outcome.DROPPED, "there is nothing to switch off"))
    part = case.part
    if part.kind not in ("listen", "backend") or part.has("server") or part.mode != "http":
        return refused(case)
    below = (
        "http-request set-dst-port url_port",
        "http-request replace-uri ^[^/]*://[^/]*(.*) \\1",
        "server http_proxy 0.0.0.0:0",
    )
    why = "written as rules that take the address from the URI, after the rules above"
    return Change("http-request set-dst url_ip", Fate(Outcome.APPROXIMATED, why), below)


def _monitor_net(case: Case) -> Answer:
    """Answer the monitor's addresses by a rule, as far as the section can have one."""
    if case.part.kind == "defaults":
        return Left(
            "a defaults section without name takes no rule",
            "write http-request return status 200 if { src ADDRESS } in each frontend",
        )
    if len(case.words) != 2 or case.late:
        return refused(case)
    condition = f"if {{ src {case.words[1]} }}"
    if case.part.mode != "http":
        why = "its connections are closed without an answer or an entry in the log"
        text = f"tcp-request connection reject {condition}"
        return Change(text, Fate(Outcome.APPROXIMATED, why))
    if not case.known(_RETURN):
        return refused(case)
    text = f"{_RETURN} status 200 {condition}"
    return Change(text, Fate(Outcome.APPROXIMATED, _ANSWERED + ", and logged"))


def _mode_health(case: Case) -> Answer:
    """Answer every request with 200, as ``mode health`` answered every connection."""
    if case.part.kind not in ("frontend", "listen") or not case.known(_RETURN):
        return refused(case)
    why = "it answers 200 to a request; a bare connection got its answer at once"
    return Change("mode http", Fate(Outcome.APPROXIMATED, why), (f"{_RETURN} status 200",))


def _transparent(case: Case) -> Answer:
    """Say the option, or the server that the option is from 3.3 on."""
    if case.known("option transparent"):
        fate = Fate(Outcome.KEPT, "written as 'option transparent'")
        return case.renamed("option transparent", fate)
    if case.negated or case.part.kind == "defaults":
        return refused(case)
    return _server(case, "transparent", "0.0.0.0")


def _dispatch(case: Case) -> Answer:
    return _server(case, "dispatch", case.rest(1).strip()) if len(case.words) == 2 else None


def _server(case: Case, name: str, address: str) -> Answer:
    """Say a server for what is none, where there is no other."""
    if case.part.has("server") or case.part.has("server-template"):
        return Left("the section has servers besides", f"write server {name} {address} instead")
    text = f"server {name} {address}"
    return Change(text, Fate(Outcome.KEPT, f"written as '{text}'"))


def _appsession(case: Case) -> Answer:
    """Learn the session's cookie in a stick table, as ``appsession`` did in one of its own."""
    words = case.words
    if len(words) < 6 or words[2] != "len" or words[4] != "timeout":
        return refused(case)
    if any(case.part.has(word) for word in ("stick-table", "stick")):
        return Left(
            "the section has a stick table already",
            f"write stick store-response res.cook({words[1]}) with a table of its own",
        )
    if not set(words[6:]) <= {"request-learn"}:
        return refused(case)
    cookie = words[1]
    below = [f"stick match req.cook({cookie})", f"stick store-response res.cook({cookie})"]
    if "request-learn" in words:
        below.append(f"stick store-request req.cook({cookie})")
    why = "a stick table learns the cookie; its size, 1m sessions, is assumed"
    text = f"stick-table type string len {words[3]} size 1m expire {words[5]}"
    return Change(text, Fate(Outcome.APPROXIMATED, why), tuple(below))


def _httpchk(case: Case) -> Answer:
    """Say the headers and the body behind the version of ``option httpchk`` as a line."""
    last = case.words[-1]
    if len(case.words) != 5 or "\r\n" not in last or not case.known("http-check send"):
        return None
    if case.late or case.part.has("http-check", "send") or case.part.has("http-check", "connect"):
        return Left(
            "headers behind the version of option httpchk, beside http-check lines",
            "write them as hdr NAME VALUE of http-check send",
        )
    top, _, body = last.partition("\r\n\r\n")
    version, *headers = top.split("\r\n")
    send = ["http-check send"]
    for header in filter(None, headers):
        name, colon, value = header.partition(":")
        if not colon or not value.strip():
            return refused(case)
        send.append(f"hdr {spelled(name.strip())} {spelled(value.strip().replace('%', '%%'))}")
    if body:
        send.append(f"body {spelled(body)}")
    start, end = case.tokens[0].start, case.tokens[4].start
    text = case.raw[start:end] + version
    fate = Fate(Outcome.KEPT, "its headers are written as 'http-check send'")
    return Change(text, fate, (" ".join(send),) if len(send) > 1 else ())


def _head(case: Case) -> Answer:
    """Say the address behind the name of a section as a ``bind`` line."""
    if case.index != case.part.head or len(case.words) < 3 or "from" in case.words[1:]:
        return None
    if _numbers(case.version) < (1, 7) or not any(c in case.words[2] for c in ":/"):
        return None
    text = case.raw[case.tokens[0].start : case.tokens[1].end]
    fate = Fate(Outcome.KEPT, "its address is written as a 'bind' line")
    return Change(text, fate, (f"bind{case.rest(2)}",))


def _program(case: Case) -> Answer:
    if case.index != case.part.head or _numbers(case.version) < (3, 3):
        return None
    return Left("haproxy no longer runs programs", "let an external supervisor run it", True)


def _bind(case: Case) -> Answer:
    """Name threads where the option ``process`` named a process, or a thread of it."""
    if "process" not in case.words[2:-1] or _numbers(case.version) < (2, 5):
        return None  # from 2.5 on there is one process, and 2.7 refuses the word
    at = case.words.index("process", 2)
    process, slash, threads = case.words[at + 1].partition("/")
    before, behind = case.raw[case.tokens[0].start : case.tokens[at - 1].end], case.rest(at + 2)
    if slash and process in ("1", "all", "odd"):
        fate = Fate(Outcome.KEPT, f"written as 'thread {threads}'")
        return Change(f"{before} thread {threads}{behind}", fate)
    fate = Fate(Outcome.APPROXIMATED, "process is left out: there is one, which has them all")
    return Change(before + behind, fate)


def _misplaced(case: Case) -> Answer:
    """Take out what haproxy ignored in this kind of section, and refuses since 2.1."""
    if case.part.kind not in PROXIES or _numbers(case.version) < (2, 1):
        return None
    return Change(None, Fate(Outcome.DROPPED, f"it has no effect in a {case.part.kind}"))


_OLD_TIMEOUTS = ("contimeout", "clitimeout", "srvtimeout")
_NO_PROCESSES = removed("there is one process, which has every proxy")
_NO_EFFECT = removed("it has had no effect since haproxy 2.1")

SETTINGS: dict[str, Callable[[Case], Answer]] = {
    "nbproc": _nbproc,
    "bind-process": _NO_PROCESSES,
    "stats bind-process": _NO_PROCESSES,
    "debug": removed("it is -d on the command line"),
    "tune.chksize": removed("the buffer of a check is as large as tune.bufsize says"),
    "grace": removed("a soft stop closes at once; 'grace TIME' in global delays it for all"),
    "option forceclose": _forceclose,
    "option http-tunnel": _NO_EFFECT,
    "option http-use-htx": _NO_EFFECT,
    "option http_proxy": _http_proxy,
    "appsession": _appsession,
    "monitor-net": _monitor_net,
    "health": _mode_health,
    "transparent": _transparent,
    "option transparent": _transparent,
    "dispatch": _dispatch,
    "no-quic": _renamed("tune.quic.listen off"),
    "tune.quic.disable-tx-pacing": _renamed("tune.quic.fe.tx.pacing off"),
    "tune.quic.disable-udp-gso": _renamed("tune.quic.fe.tx.udp-gso off"),
    "tune.quic.backend.max-idle-timeou": _renamed("tune.quic.be.max-idle-timeout"),
    "tune.quic.socket-owner": _renamed(
        "tune.quic.fe.sock-per-conn", ("connection", "default-on"), ("listener", "force-off")
    ),
    # counted in buffers, the new one in bytes
    "tune.quic.frontend.conn-tx-buffers.limit": refused,
}
"""What to do with a line, by the name of its keyword."""

UNLISTED: dict[str, Callable[[Case], Answer]] = {
    "listen": _head,
    "frontend": _head,
    "program": _program,
    "bind": _bind,
    "stats socket": _bind,
    "cpu-map": _cpu_map,
    "option httpchk": _httpchk,
    **dict.fromkeys(_OLD_TIMEOUTS, _misplaced),
    **{f"timeout {name}": _misplaced for name in _OLD_TIMEOUTS},
    **dict.fromkeys(("redispatch", "redisp"), _misplaced),
}
"""What to do with a line that is well known but may hold what is not, by its first words."""
