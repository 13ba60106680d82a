"""Makes pools of what backend and listen sections say."""

from __future__ import annotations

from collections.abc import Iterable

from hatools.model import Origin, Persistence, Pool, Scheduler
from hatools_haproxy.numbers import read_number, read_time
from hatools_haproxy.reading_checks import Manner, read_manner
from hatools_haproxy.reading_notes import Notes
from hatools_haproxy.reading_proxies import Line, Proxy, Words
from hatools_haproxy.reading_servers import Servers

Fields = dict[str, tuple[int, ...]]
_HASHED = frozenset(("source", "uri", "url_param", "hdr", "rdp-cookie", "hash", "random", "sticky"))
_RANDOM_SINCE = (3, 3)
_WHOLE = 128  # bits: such a mask leaves an address as it is


class Pools:
    """Makes the pools of one reading; what many pools have alike is made once."""

    def __init__(self, notes: Notes) -> None:
        self.notes = notes
        self.servers = Servers(notes)
        self._manners: dict[tuple[object, ...], Manner] = {}
        self._shared: dict[Manner, Manner] = {}

    def pool(self, proxy: Proxy) -> tuple[Pool, set[int]]:
        """Return the pool of *proxy*, and the statements of its own that fields took."""
        notes, head = self.notes, proxy.index
        fields: Fields = {"": (0,), "name": (0,)}
        taken: set[int] = set()
        pool = Pool(proxy.name, self._scheduler(proxy, fields, taken))
        pool.origin = Origin(notes.expansion, head, fields)
        pool.persistence = self._persistence(proxy, fields, taken)
        allbackups = proxy.settings.get("allbackups")
        if allbackups is not None:
            pool.fallback_all = bool(allbackups[1])
            self._claim(fields, "fallback_all", head, (allbackups[0],))
        self._servers(proxy, pool, fields, taken)
        return pool, taken

    def _claim(self, fields: Fields, name: str, head: int, indexes: Iterable[int]) -> None:
        """Let the pool at *head* claim statements under the name of a field."""
        found = tuple(indexes)
        if found:
            fields[name] = tuple(index - head for index in found)
            for index in found:
                self.notes.claimed[index] = 1

    # --- servers and checks ---

    def _servers(self, proxy: Proxy, pool: Pool, fields: Fields, taken: set[int]) -> None:
        if not proxy.servers:
            return
        option = proxy.settings.get("option")
        rules = self._rules(proxy, option)
        option = self._without_request(proxy, option, rules)
        extra = self._extra(proxy, option)
        manner = self._manner(proxy, option, rules, extra)
        pool.servers, said = self.servers.read(pool.name, manner, proxy.servers)
        head = proxy.index
        if said:
            lines = self._lines_within(proxy, len(proxy.servers[-1][2]))
            for name in sorted(said):
                self._claim(fields, name, head, lines)
            taken.update(lines)
        if not any(not check.tracks for server in pool.servers for check in server.checks):
            return
        for name, word in (("connect_timeout", "connect"), ("timeout", "check")):
            line = proxy.settings.get(word)
            if line is not None and getattr(manner, name) is not None:
                self._claim(fields, f"servers.checks.{name}", head, (line[0],))
        if option is None or not any(
            check.kind == manner.kind and not check.tracks
            for server in pool.servers
            for check in server.checks
        ):
            return
        self._claim(fields, "servers.checks.kind", head, (option[0],))
        told: dict[str, list[int]] = {}
        for index, words in (option, *rules, *extra):
            told.setdefault(_told(manner, words), []).append(index)
            taken.add(index)
        if manner.kind == "smtp" and manner.own:
            told["own.0"] = [option[0]]
        if manner.detail is not None or rules or extra:
            for name, indexes in told.items():
                self._claim(fields, f"servers.checks.{name}", head, indexes)

    def _lines_within(self, proxy: Proxy, longest: int) -> list[int]:
        """Return the default-server lines that make up the first *longest* words."""
        found, length = [], 0
        for index in proxy.default_lines:
            if length >= longest:
                break
            length += len(self.notes.statements[index].words) - 1
            found.append(index)
        return found

    def _rules(self, proxy: Proxy, option: Line | None) -> list[Line]:
        if option is None or option[1][0] not in ("httpchk", "tcp-check"):
            return []
        return proxy.asking["http-check" if option[1][0] == "httpchk" else "tcp-check"]

    def _without_request(self, proxy: Proxy, option: Line | None, rules: list[Line]) -> Line | None:
        """Return the option that counts where a proxy adds http-check lines to defaults'.

        Its own lines replace those of defaults, the request of ``option httpchk``
        included; with no other request haproxy 2.6 sends nothing at all.
        """
        if option is None or option[1][0] != "httpchk" or option[0] >= proxy.index:
            return option
        if not rules or rules[0][0] < proxy.index:
            return option
        if any(line[1:2] == ("send",) for _, line in rules):
            return option[0], ("httpchk",)
        self.notes.tell(
            rules[0][0], "HP114", f"the http-check lines of {proxy.kind} {proxy.name} replace the"
            " request that option httpchk makes in defaults: haproxy sends none and the check"
            " fails; read as if it were sent", "repeat option httpchk here",
        )  # fmt: skip
        return option

    def _extra(self, proxy: Proxy, option: Line | None) -> list[Line]:
        """Return the lines beside its ruleset that bear on the check."""
        if option is None:
            return []
        wanted = {"httpchk": "http-check", "external-check": "external-check"}.get(option[1][0])
        lines: dict[Words, Line] = {}
        for line in proxy.extra:
            if line[1][0] == wanted:
                lines[line[1][:2]] = line  # the last one of each counts
        return list(lines.values())

    def _manner(
        self, proxy: Proxy, option: Line | None, rules: list[Line], extra: list[Line]
    ) -> Manner:
        """Return how the servers of *proxy* are checked."""
        connect, reading = proxy.settings.get("connect"), proxy.settings.get("check")
        key = (
            option, tuple(index for index, _ in rules), tuple(index for index, _ in extra),
            connect, reading,
        )  # fmt: skip
        manner = self._manners.get(key)
        if manner is None:
            kind, detail, own = read_manner(self.notes, option, rules, extra)
            made = Manner(kind, detail, own, _timeout(connect), _timeout(reading))
            manner = self._manners[key] = self._shared.setdefault(made, made)
        return manner

    # --- balance and persistence ---

    def _scheduler(self, proxy: Proxy, fields: Fields, taken: set[int]) -> Scheduler:
        line = proxy.settings.get("balance")
        name = "random" if self.notes.version >= _RANDOM_SINCE else "roundrobin"
        parameters: Words = ()
        indexes = []
        if line is not None:
            indexes.append(line[0])
            name, parameters = (line[1][1], line[1][2:]) if len(line[1]) > 1 else ("roundrobin", ())
        hashing = proxy.settings.get("hash-type")
        if hashing is not None and name.partition("(")[0] in _HASHED:
            parameters = (*parameters, *hashing[1])
            indexes.append(hashing[0])
            taken.add(hashing[0])
        self._claim(fields, "scheduler", proxy.index, indexes)
        return Scheduler(name, parameters)

    def _persistence(self, proxy: Proxy, fields: Fields, taken: set[int]) -> Persistence | None:
        cookie = proxy.settings.get("cookie")
        mode = proxy.settings.get("mode")
        if cookie is not None and (mode is not None and mode[1][1] == "http"):
            self._claim(fields, "persistence", proxy.index, (cookie[0],))
            taken.add(cookie[0])
            return Persistence("cookie", words=cookie[1][1:])
        tables = [line for line in proxy.own if line[1][0] == "stick-table"]
        sticks = [line for line in proxy.own if line[1][0] == "stick"]
        if len(tables) != 1 or len(sticks) != 1:
            return None
        mask = _sticks_on_source(sticks[0][1])
        found = _table(tables[0][1])
        if mask is None or found is None:
            return None
        indexes = sorted((tables[0][0], sticks[0][0]))
        self._claim(fields, "persistence", proxy.index, indexes)
        taken.update(indexes)
        expire, words = found
        return Persistence("address", expire, None if mask == _WHOLE else mask, words)


def _told(manner: Manner, words: Words) -> str:
    """Return which part of the check a line of a proxy says."""
    if words in manner.own:
        return f"own.{manner.own.index(words)}"
    if manner.kind != "http":
        return "detail"
    return "detail.expects" if words[1:2] == ("expect",) else "detail.request"


def _timeout(line: Line | None) -> float | None:
    return read_time(line[1][2])[0] if line is not None and len(line[1]) > 2 else None


def _sticks_on_source(words: Words) -> int | None:
    """Return the mask of ``stick on src``: `_WHOLE` of an address, None for another line."""
    if len(words) != 3 or words[1] != "on":
        return None
    name, comma, converter = words[2].partition(",")
    if name != "src":
        return None
    if not comma:
        return _WHOLE
    if not (converter.startswith("ipmask(") and converter.endswith(")")):
        return None
    masks = [read_number(text, 0, 128) for text in converter[7:-1].split(",")]
    if len(masks) == 1 and masks[0] is not None and masks[0] <= 32:
        return masks[0] if masks[0] < 32 else _WHOLE
    return masks[1] if len(masks) == 2 and masks[0] == 32 else None


def _table(words: Words) -> tuple[float | None, Words] | None:
    """Return expiry and the other words of a stick-table by address; None for another one."""
    rest = list(words[1:])
    if "type" not in rest[:-1] or rest[rest.index("type") + 1] not in ("ip", "ipv6"):
        return None
    expire = None
    if "expire" in rest[:-1]:
        at = rest.index("expire")
        expire = read_time(rest[at + 1])[0]
        if expire is None:
            return None
        del rest[at : at + 2]
    return expire, tuple(rest)
