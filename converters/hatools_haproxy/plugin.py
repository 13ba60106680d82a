"""Registers the haproxy format."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from hatools.plugin import Codec, Format, hookimpl

if TYPE_CHECKING:
    from hatools.plugin import Remark, Rule, RuleSet

VERSIONS = (
    *(f"2.{minor}" for minor in range(10)),
    *(f"3.{minor}" for minor in range(4)),
)
_PROXIES = {"listen", "frontend", "backend"}
_HEADS = {
    "global", "defaults", "peers", "resolvers", "userlist", "mailers", "cache", "program", "ring",
    "http-errors", "log-forward", "fcgi-app", "crt-store", "traces", "acme", "log-profile",
}  # fmt: skip
_INSIDE = {
    "bind", "server", "server-template", "mode", "balance", "option", "timeout", "maxconn", "acl",
    "use_backend", "default_backend", "log", "stats", "daemon", "chroot", "default-server",
    "http-request", "http-response", "tcp-request", "http-check", "tcp-check", "stick-table",
    "nbthread", "user", "peer", "nameserver", "monitor-uri", "errorfile", "retries", "cookie",
}  # fmt: skip


def recognise(path: str, head: str) -> int:
    """Return how surely a file is a haproxy.cfg: 0 to 100, by *path* and its first 64 KiB."""
    lowered = path.lower().replace("\\", "/")
    name = lowered.rpartition("/")[2]
    named = 0
    own_name = name.startswith("haproxy") and name.endswith((".cfg", ".conf"))
    if own_name or name.endswith(".haproxy"):
        named = 90
    elif "/haproxy/" in lowered and name.endswith((".cfg", ".conf")):
        named = 70
    if "\0" in head or head.startswith(("#!", "\x7fELF")):
        return 0
    if not head.strip():
        return named
    contents = _sections(head)
    return max(named, contents) if contents else named // 3


def _sections(head: str) -> int:
    """Return how surely *head* holds haproxy's sections: 95, 80, 60 or 30 (doubtful), 0."""
    heads = proxies = inside = strange = 0
    for line in head.split("\n"):
        words = line.split("#", 1)[0].split()
        if not words:
            continue
        word = words[0]
        if word in _PROXIES and 1 < len(words) < 5 and words[1] not in ("=", "{"):
            proxies += 1
        elif word in _HEADS and len(words) < 5 and words[-1] != "{" and "=" not in words:
            heads += 1
        elif (proxies or heads) and word in _INSIDE and words[-1][-1] not in "{;":
            inside += 1
        elif words[-1] == "{" or word == "}" or word[0] == "[":
            strange += 1  # blocks and ini headings are other languages'
    if strange > inside or not (proxies or heads):
        return 0
    if proxies and inside:
        return 95
    if heads and inside > 1:
        return 80
    return 60 if proxies or inside else 30


@hookimpl
def hatools_formats() -> Iterable[Format]:
    """Return haproxy's language."""

    def load() -> Codec:
        from hatools_haproxy.codec import HaproxyCodec

        return HaproxyCodec()

    return [
        Format(
            "haproxy",
            "HAProxy: TCP and HTTP proxy with health checks",
            "haproxy.cfg",
            recognise,
            load,
            program="haproxy",
            versions=VERSIONS,
        )
    ]


@hookimpl
def hatools_rules() -> Iterable[RuleSet]:
    """Return what may be wrong in a haproxy.cfg: rules, and what the reader remarks."""
    from hatools.plugin import RuleSet

    def rules() -> Iterable[Rule | Remark]:
        from hatools_haproxy.rules import RULES

        return RULES

    def pages() -> Iterable[Rule | Remark]:
        from hatools_haproxy.pages import REMARKS

        return REMARKS

    return [RuleSet(rules, ("HP",), ("haproxy",)), RuleSet(pages, ("HP",), looks_at="reading")]
