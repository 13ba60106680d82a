"""Reads real servers; a body that occurs again with the same statements is read once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from hatools.model import Check, Origin, RealServer, Tunnel, replace
from hatools.text import Statement
from hatools_keepalived import remarks
from hatools_keepalived.block_reader import BlockReader, Table
from hatools_keepalived.ip_text import AF_INET, inet_pton
from hatools_keepalived.reading_checks import DELAYS, KINDS, CheckDefaults, read_check
from hatools_keepalived.reading_methods import read_method
from hatools_keepalived.remarks import Remark
from hatools_keepalived.scope import Fields, Scope
from hatools_keepalived.values import (
    LONGEST,
    UINT,
    Words,
    boolean,
    parse_address,
    parse_whole,
    seconds,
    text,
    whole,
)

_PATH = "virtual_server/real_server"
_PORTLESS = ("ping", "script", "file", "bfd")  # checks that ask no port


class ServerDefaults(NamedTuple):
    """What a virtual server says once for all its servers, and the port it listens on."""

    checks: CheckDefaults
    weight: int
    forwarding: str
    tunnel: Tunnel | None
    on_failure: str
    port: int | None
    single: bool  # one address and port, rather than marks or a group
    family: int  # 4, 6, or 0 for marks and groups

    def real_port(self, written: int, forwarding: str) -> int | None:
        """Return the port that packets go to: only NAT can change it.

        With direct routing and tunnels it is the service's own, None where the
        service has several.
        """
        if forwarding == "masquerade":
            return written or self.port
        return self.port if self.single else None


class Body:
    """What stands in a real_server block, for every server that has the same statements.

    *speaks* tells whether there are fates or remarks to hand in for each of them.
    """

    __slots__ = ("bare", "claims", "fates", "forced", "ported", "remarks", "speaks", "values")

    def __init__(self, scope: Scope, values: tuple[Any, ...]) -> None:
        self.values = values
        self.fates = scope.fates
        self.remarks: list[Remark] = scope.remarks
        self.speaks = bool(scope.fates or scope.remarks)
        self.claims = scope.claims
        self.bare: Fields = {"": (0,), "address": (0,), **scope.claims}
        self.ported: Fields = {"": (0,), "address": (0,), "port": (0,), **scope.claims}
        self.forced: dict[int, tuple[tuple[Check, ...], Fields]] = {}

    def share(self, known: dict[Any, Any]) -> None:
        """Take checks and claims that are equal from *known*, and leave new ones there."""
        *others, checks, own = self.values
        self.values = (*others, known.setdefault(checks, checks), own)
        self.bare = known.setdefault(tuple(self.bare.items()), self.bare)
        self.ported = known.setdefault(tuple(self.ported.items()), self.ported)

    def with_port(self, port: int, known: dict[Any, Any]) -> tuple[tuple[Check, ...], Fields]:
        """Return the checks with *port* where they have none, and the claims that go with it."""
        found = self.forced.get(port)
        if found is None:
            checks: tuple[Check, ...] = self.values[-2]
            asked = [n for n, check in enumerate(checks)
                     if check.port is None and check.kind not in _PORTLESS]  # fmt: skip
            changed = tuple(
                replace(check, port=port) if n in asked else check for n, check in enumerate(checks)
            )
            fields = {**self.ported, **{f"checks.{n}.port": (0,) for n in asked}}
            found = self.forced[port] = (
                known.setdefault(changed, changed),
                known.setdefault(tuple(fields.items()), fields),
            )
        return found


def _checker(reader: BlockReader, scope: Scope, index: int, words: Words, path: str) -> None:
    """Leave a checker until all that the server says for its checkers is known."""
    scope.values.setdefault("checkers", []).append((index, words[0]))


_TABLE: Table = {
    **DELAYS,
    "retry": ("fall", whole(1, UINT)),
    "connect_timeout": ("connect_timeout", seconds(1e-6, LONGEST)),
    "virtualhost": ("detail", text),
    "weight": ("weight", whole(0, 2147483647)),
    "lvs_method": ("forwarding", read_method),
    "uthreshold": ("upper_threshold", whole(0, UINT)),
    "lthreshold": ("lower_threshold", whole(0, UINT)),
    "inhibit_on_failure": ("on_failure", boolean),
    **dict.fromkeys(KINDS, _checker),
}
_CHECK_FIELDS = ("fall", "fast_interval", "interval", "warmup", "initial", "connect_timeout",
                 "detail")  # fmt: skip


class ServerReader:
    """Reads the real servers of one file, remembering the bodies it has seen.

    Bodies of equal meaning share their checks and claims, whatever else
    differs (a weight, a comment): who writes them can then treat them as one.
    """

    def __init__(self, reader: BlockReader) -> None:
        self.reader = reader
        self.bodies: dict[ServerDefaults, dict[tuple[Statement, ...], Body]] = {}
        self.meanings: dict[tuple[object, ...], Body] = {}
        self.ports: dict[str, int] = {}
        self.shared: dict[Any, Any] = {}

    def read(
        self, scope: Scope, places: Sequence[int], defaults: ServerDefaults
    ) -> list[RealServer]:
        """Return the servers at *places*; what is wrong with their heads goes to *scope*."""
        reader, ports = self.reader, self.ports
        statements, ends, expansion = reader.statements, reader.ends, reader.expansion
        bodies = self.bodies.setdefault(defaults, {})
        other = {4: True, 6: False}.get(defaults.family)  # has a colon what is not the service's?
        found: list[RealServer] = []
        seen: set[tuple[str, int | None]] = set()
        for at in places:
            statement = statements[at]
            words = statement.words if statement.note is None else reader.words(scope, at)
            try:
                _, address, port_said = words
                inet_pton(AF_INET, address)  # which takes them only in canonical form
                written = ports[port_said]
            except (KeyError, OSError, ValueError):
                address, written = self._head(words)
                if not address or written < 0:
                    self._skip(scope, at, words)
                    continue
                reader.surplus(scope, at, words, _PATH, 2)
            inside = tuple(statements[at + 1 : ends.get(at, at + 1)])
            body = bodies.get(inside)
            if body is None:
                body = bodies[inside] = self._body(at, inside, defaults)
            weight, forwarding, tunnel, on_failure, upper, lower, checks, own = body.values
            if (":" in address) is other and forwarding != "tunnel":
                self._foreign(scope, at, address)
                continue
            port = written or defaults.port
            fields = body.ported if written else body.bare
            if forwarding != "masquerade":
                port = defaults.port if defaults.single else None
                if written and written != port:
                    checks, fields = body.with_port(written, self.shared)
                    self._forced(scope, at, written, port)
            place = (address, port)
            if place in seen:
                self._again(scope, at, address)
                continue
            seen.add(place)
            if body.speaks:
                self._repeat(body, at)
            found.append(
                RealServer(
                    address, port, weight, "", forwarding, "active", on_failure, "ready",
                    upper, lower, checks, tunnel, own, Origin(expansion, at, fields),
                )
            )  # fmt: skip
        return found

    def _head(self, words: Words) -> tuple[str, int]:
        """Return address and port: no address, or -1, where there is none.

        A port of 0 stands for the service's own.
        """
        address = parse_address(words[1]) if len(words) > 1 else None
        number = parse_whole(words[2]) if len(words) > 2 else 0
        written = number if number is not None and 0 <= number <= 65535 else -1
        if len(words) > 2 and written >= 0:
            self.ports[words[2]] = written
        return address or "", written

    def _body(self, at: int, inside: tuple[Statement, ...], defaults: ServerDefaults) -> Body:
        """Return what stands in the block at *at*, read once for all that say the same."""
        key = (defaults, *[(each.words, each.kind, each.note) for each in inside])
        body = self.meanings.get(key)
        if body is None:
            body = self.meanings[key] = self._read_body(at, defaults)
            body.share(self.shared)
        return body

    def _read_body(self, at: int, defaults: ServerDefaults) -> Body:
        """Read what stands in the block at *at*."""
        reader = self.reader
        scope = Scope(at)
        scope.claims = {}
        reader.read_block(scope, _PATH, _TABLE)
        inherited = defaults.checks
        checks = CheckDefaults(
            scope.get("fall", inherited.retry),
            scope.get("fast_interval", inherited.delay_before_retry),
            scope.get("interval", inherited.delay_loop),
            scope.get("connect_timeout", inherited.connect_timeout),
            scope.get("warmup", inherited.warmup),
            scope.get("initial", inherited.alpha),
            scope.get("detail", inherited.host),
        )
        for index, keyword in scope.get("checkers", ()):
            read_check(reader, scope, index, keyword, checks)
        for name in _CHECK_FIELDS:
            if name in scope.claims:
                scope.claims[f"checks.{name}"] = scope.claims.pop(name)
        if "forwarding" in scope.claims:
            forwarding, tunnel = scope.values["forwarding"]
        else:
            forwarding, tunnel = defaults.forwarding, defaults.tunnel
        inhibit = scope.get("on_failure")
        on_failure = defaults.on_failure if inhibit is None else _ON_FAILURE[inhibit]
        return Body(
            scope,
            (
                scope.get("weight", defaults.weight),
                forwarding,
                tunnel,
                on_failure,
                scope.get("upper_threshold") or None,
                scope.get("lower_threshold") or None,
                tuple(scope.get("checks", ())),
                tuple(scope.own),
            ),
        )

    def _repeat(self, body: Body, at: int) -> None:
        """Hand in the fates and remarks of *body* for the server at *at*."""
        again = Scope(at)
        again.fates, again.remarks = body.fates, body.remarks
        self.reader.finish(again)

    def _skip(self, scope: Scope, at: int, words: Words) -> None:
        said = f"'{' '.join(words[1:3])}' is no IP address and port: keepalived skips this server"
        scope.remark(at, remarks.SKIPPED_BLOCK, said)
        self.reader.drop(scope, at, said)

    def _foreign(self, scope: Scope, at: int, address: str) -> None:
        said = f"{address} is not of the virtual_server's family: keepalived skips this server"
        scope.remark(at, remarks.SKIPPED_BLOCK, said, "only tunnels join the two families")
        self.reader.drop(scope, at, said)

    def _again(self, scope: Scope, at: int, address: str) -> None:
        said = f"{address} is there twice: keepalived removes the second"
        scope.remark(at, remarks.DUPLICATE, said)
        self.reader.drop(scope, at, said)

    def _forced(self, scope: Scope, at: int, written: int, port: int | None) -> None:
        said = "takes the port that the client asked for" if port is None else f"takes {port}"
        scope.remark(
            at,
            remarks.RESET,
            f"direct routing and tunnels cannot change the port: keepalived {said}, not {written};"
            " a check still asks the port written here",
        )


_ON_FAILURE = {True: "zero-weight", False: "remove"}
