"""The rule HP336: two proxies listen on one address."""

from __future__ import annotations

from collections.abc import Iterator

from hatools.text import Diagnostic
from hatools_haproxy.rules.configuration import Configuration, Part
from hatools_haproxy.rules.haproxy_rule import ERROR, HaproxyRule

_APART = frozenset(("interface", "namespace", "process", "thread", "shards", "id"))


class AddressBoundTwice(HaproxyRule):
    """Two proxies listen on one address.

    Both succeed (SO_REUSEPORT), and the kernel gives each new connection to one or the other as its
    hash falls: half of the clients reach the wrong proxy.

    Instead: one frontend that chooses by host or path::

        frontend web
            bind 192.0.2.10:80
            use_backend api if { hdr(host) api.example.com }

    Reference: HAProxy configuration manual, 3.1, noreuseport; 5.1, bind.
    """

    code = "HP336"
    severity = ERROR

    def find(self, setup: Configuration) -> Iterator[Diagnostic]:
        """Yield what is wrong in *setup*."""
        seen: dict[tuple[object, ...], Part] = {}
        for part in setup.proxies:
            for listener in part.service.listeners if part.service else []:
                if (
                    listener.path
                    or listener.ports is None
                    or any(words[0] in _APART for words in listener.own)
                    or part.own("bind-process")
                    or part.own("disabled")
                ):
                    continue
                family = listener.family if listener.address is None else 0
                key = (listener.address, family, listener.ports, listener.protocol)
                first = seen.setdefault(key, part)
                if first is not part:
                    where = f"{listener.address or '*'}:{listener.ports[0]}"
                    yield self.told(
                        setup,
                        listener.origin.at,
                        f"{part.kind} '{part.name}' and {first.kind}"
                        f" '{first.name}' both listen on {where}: the kernel deals connections out",
                        "let one of them listen, and choose there",
                    )
