"""Puts each keyword of haproxy's table into a small text where it may stand."""

from __future__ import annotations

import re
from collections.abc import Iterator

from samples import Row, by_place

from hatools.plugin.keywords import Keyword
from hatools_haproxy import keywords
from hatools_haproxy.catalogue import catalogue

INTRODUCTION = """\
# haproxy.cfg

What hatools makes of each keyword of HAProxy 1.5 to 3.4.
This page is generated (`docs/generate.py`) from the table of keywords that drives the reader, and from what reader and writer do with each of them.

* **read into** names the part of [the model](../model.md) that the keyword fills; other languages say that part in their own words, or the report tells why they cannot.
* **takes** is the form of the arguments (`hatools formats haproxy --keywords` has the long ones, the values and the notes, too), **default** what counts where nothing is said.
* **until** is the version in which HAProxy refuses the keyword, with what it wants instead.
* **written** keywords are those that come back when the model is written as haproxy.cfg.
* **Kept as it is**: only HAProxy has it. It is carried along word for word, and is in the report of a conversion.

`defaults` sections, anonymous, named and inherited with `from`, count for the proxies that use them.
All other sections (`peers`, `resolvers`, `userlist`, `mailers`, `cache`, `program`, `ring`, `http-errors`, …) are kept whole.
The text language is read whole: quotes, escapes, `${NAME}` variables (`--set env@NAME=…`), `.if` to `.endif` also across sections. Conditions behind `if` and `unless` are parsed into a tree.
"""
READ = ("listen", "frontend", "backend", "defaults", "global")
TITLES = {
    "proxy": "Proxies: defaults, frontend, listen, backend",
    "option": "Proxies: option",
    "timeout": "Proxies: timeout",
    "server": "On a server or default-server line",
    "bind": "On a bind line",
    "action": "Proxies: {} rules",
    "check": "Proxies: steps of {}",
    "global": "global",
}
BY_NAME = {
    "balance": "leastconn", "hash-type": "consistent", "mode": "http", "maxconn": "77",
    "option httpchk": "GET /health", "cookie": "SRV insert", "stick": "on src",
    "stick on": "src", "stick-table": "type ip size 1m expire 5m", "bind": "192.0.2.20:80",
    "server": "b 192.0.2.12:80", "server-template": "t 2 192.0.2.13:80", "track": "web/b",
    "use_backend": "other if TRUE", "default_backend": "other", "acl": "local src 127.0.0.1",
    "default-server": "inter 7s", "http-check expect": "status 200", "addr": "192.0.2.30",
    "http-check send": "meth GET uri /", "tcp-check connect": "port 8080", "from": "base",
    "option mysql-check": "user x", "option pgsql-check": "user x", "init-state": "down",
    "capture request header": "Host len 7", "capture response header": "Server len 7",
    "agent-check": "agent-port 9999",
    "source": "192.0.2.5", "agent-port": "9999", "email-alert to": "admin@example.com",
    "declare capture": "request len 7", "hash-balance-factor": "150", "log": "192.0.2.50 local0",
    "http-send-name-header": "X-Server", "max-keep-alive-queue": "7", "retry-on": "503",
    "compression algo": "gzip", "compression algo-req": "gzip", "compression algo-res": "gzip",
    "compression direction": "both", "compression type-req": "text/css",
    "compression type-res": "text/css", "tcp-check expect": "string x",
    "tcp-check send-binary": "0d0a", "cpu-map": "1 0", "httpclient.resolvers.prefer": "ipv4",
    "httpclient.ssl.verify": "none", "set-var": "proc.x int(7)", "set-var-fmt": "proc.x seven",
    "ssl-default-bind-options": "no-sslv3", "ssl-default-server-options": "no-sslv3",
    "ssl-load-extra-files": "none", "ssl-server-verify": "none", "stats socket": "/run/x.sock",
    "thread-group": "1 1-2", "tune.h2.header-table-size": "8192", "unsetenv": "X",
    "tune.h2.max-frame-size": "32768", "tune.idle-pool.shared": "on",
    "tune.ssl.default-dh-param": "2048",
}  # fmt: skip
# What an action takes, whichever the family of its rules.
BY_ACTION = {
    "add-acl": "(/x) src", "del-acl": "(/x) src", "del-map": "(/x) src", "set-map": "(/x) src 7",
    "capture": "src len 7", "deny": "", "tarpit": "", "return": "", "redirect": "location /x",
    "do-resolve": "(txn.x,dns) src", "normalize-uri": "path-strip-dot", "set-fc-tos": "7",
    "sc-add-gpc": "(0,0) 7", "sc-inc-gpc": "(0,0)", "sc-inc-gpc0": "(0)", "sc-inc-gpc1": "(0)",
    "sc-set-gpt": "(0,0) 7", "sc-set-gpt0": "(0) 7", "set-log-level": "info", "set-retries": "7",
    "set-var": "(txn.x) src", "set-var-fmt": "(txn.x) seven", "unset-var": "(txn.x)",
}  # fmt: skip
PLACES = {
    "time": "7s", "int": "7", "integer": "7", "addr": "192.0.2.20", "address": "192.0.2.20",
    "port": "8080", "file": "/etc/x", "path": "/x", "uri": "/x", "url": "http://example.com/",
    "cond": "TRUE", "size": "7", "code": "503", "network": "192.0.2.0/24", "expr": "src",
    "regex": "x", "source": "192.0.2.5", "number": "7", "percent": "7",
}  # fmt: skip
AROUND = {
    "listen": ("mode http", "bind 192.0.2.10:80", "server a 192.0.2.11:80 check"),
    "frontend": ("mode http", "bind 192.0.2.10:80", "default_backend pool"),
    "backend": ("mode http", "server a 192.0.2.11:80 check"),
    "defaults": (),
    "global": (),
}
AFTER = {
    "frontend": "backend pool\n    server a 192.0.2.11:80 check\n",
    "backend": "frontend web\n    bind 192.0.2.10:80\n    default_backend pool\n",
    "defaults": "listen web\n    bind 192.0.2.10:80\n    server a 192.0.2.11:80 check\n",
    "global": "listen web\n    bind 192.0.2.10:80\n    server a 192.0.2.11:80 check\n",
}
NAMED = {"listen": "listen web", "frontend": "frontend web", "backend": "backend pool"}
CHECKED = {"http-check": "option httpchk", "tcp-check": "option tcp-check"}
OTHERS = "backend other\n    server b 192.0.2.12:80\n"


def rows() -> Iterator[Row]:
    """Yield a row for every keyword that begins a line of a proxy or of global, and for every
    option of a server or bind line."""
    listed = by_place(catalogue())
    seen: set[tuple[str, str]] = set()
    for section in READ:
        for head in sorted(keywords.known_words(section)):
            found = keywords.lookup(section, (*head.split(), *_arguments(head, "").split()))
            if found is None or (found.keyword.context, head) in seen:
                continue
            if found.keyword.arguments.startswith("<action>") or head in ("filter", "compression"):
                continue  # a family: its members have rows of their own
            seen.add((found.keyword.context, head))
            yield _line(section, head, found.keyword, listed[head, section])
    for of in ("server", "bind"):
        for name in sorted(keywords.arities(of)):
            record = keywords.server_option(name, of)
            if record is not None:
                yield _option(of, record, listed[name, f"listen/{of}"])


def _line(section: str, head: str, record: keywords.Keyword, keyword: Keyword) -> Row:
    """Return the row of a keyword that begins a line of *section*."""
    above = [text for text in AROUND[section] if not text.startswith(head + " ")]
    family = CHECKED.get(head.split()[0])
    lines = [*above[:-1], *([family] if family else [])]
    said = f"{head} {_arguments(head, record.arguments)}".rstrip().replace(" (", "(")
    body = [*lines, said, *above[-1:]]
    text = f"{NAMED.get(section, section)}\n" + "".join(f"    {line}\n" for line in body)
    text += AFTER.get(section, "") + OTHERS
    return Row(_title(record.context), keyword, text, len(lines) + 2)


def _option(of: str, record: keywords.Keyword, keyword: Keyword) -> Row:
    """Return the row of an option on a server or bind line."""
    name = record.keyword
    said = f"{name} {_arguments(name, record.arguments)}".rstrip()
    checked = "" if name in ("check", "agent-check") else " check"
    agent = " agent-check agent-port 9999" if name.startswith("agent-") else ""
    lines = {
        "bind": "    bind 192.0.2.10:80",
        "server": f"    server a 192.0.2.11:80{checked}{agent.replace(f' {said}', '')}",
    }
    more = "    server b 192.0.2.12:80 check\n" + OTHERS
    bare = "listen web\n" + "".join(f"{line}\n" for line in lines.values()) + more
    text = bare.replace(f"{lines[of]}\n", f"{lines[of]} {said}\n")
    row = 2 + list(lines).index(of)
    return Row(TITLES[of], keyword, text, row, bare)


def _title(context: str) -> str:
    kind, _, name = context.partition(":")
    return TITLES.get(kind, f"Proxies: {kind}").format(name)


def _arguments(name: str, form: str) -> str:
    """Return arguments of the form that the table gives: ``<int>``, ``{ a | b }``, ``[ … ]``."""
    if name in BY_NAME:
        return BY_NAME[name]
    family, _, action = name.rpartition(" ")
    if family.startswith(("http-", "tcp-")) and action in BY_ACTION:
        return BY_ACTION[action]
    form = re.sub(r"\[[^\[\]]*\]", "", re.sub(r"\[[^\[\]]*\]", "", form))
    form = re.sub(r"\{\s*([^|{}]*)[^{}]*\}", r"\1", form)
    form = re.sub(r"<([^<>]*)>", lambda found: PLACES.get(found[1], "x"), form)
    return " ".join(word.partition("|")[0] for word in re.sub("[…*]", "", form).split())
