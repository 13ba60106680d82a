"""Reads what ``ipvsadm -L`` and the kernel's own files show.

A listing before any command is the table to begin with; several views of it
(``--stats``, ``--thresholds``) add up.  Behind commands a listing says nothing
new: its rows are compared with what the commands have made.
"""

from __future__ import annotations

from collections.abc import Callable

from hatools.model import KEPT, Fate, Outcome, Tunnel
from hatools_ipvsadm.addresses import canonical, read_mask, read_place
from hatools_ipvsadm.applying import Applying
from hatools_ipvsadm.faults import DISAGREES, FULL_NAT, PARTIAL, REFUSED, Refusal
from hatools_ipvsadm.table import Key, ServerEntry, ServiceEntry, Table

_HEX = frozenset("0123456789abcdefABCDEF")
_PROTOCOLS = {"TCP": "tcp", "UDP": "udp", "SCTP": "sctp", "FWM": "mark4"}
_FORWARDS = {"Masq": "masquerade", "Route": "direct", "Tunnel": "tunnel", "Local": "direct"}
_STATE = Fate(Outcome.KEPT)
_VIEWS = {"Scheduler": "plain", "Conns": "stats", "CPS": "rate", "Uthreshold": "thresholds",
          "Weight": "persistent"}  # fmt: skip
_FORKED = ("FullNat", "FNat", "Snat", "SNAT")
# what each view shows of a service and of a server
_PARTS = {"stats": "scheduler, forwarding method and weight", "thresholds":
          "forwarding method and weight", "persistent": "forwarding method",
          "rate": "scheduler, forwarding method and weight",
          "connections": "scheduler, forwarding method and weight"}  # fmt: skip


class Listings:
    """Takes the rows of listings one by one."""

    def __init__(
        self,
        table: Table,
        applying: Applying,
        settle: Callable[[int, Fate], None],
        remark: Callable[..., None],
    ) -> None:
        self.table = table
        self.applying = applying
        self.settle = settle
        self.remark = remark
        self.view = "plain"
        self.views: dict[str, int] = {}
        self.service: ServiceEntry | None = None
        self.strange = -1
        self.rows = 0
        self.hidden: list[tuple[int, tuple[str, ...]]] = []

    def row(self, at: int, words: tuple[str, ...]) -> None:
        """Take the row *words*, statement *at*."""
        self.settle(at, KEPT)
        first = words[0]
        try:
            if first == "->":
                self._server(at, words[1:])
            elif first in _PROTOCOLS and self._connection(at, words):
                return
            elif first in _PROTOCOLS and len(words) > 1:
                self._service(at, words)
            else:
                self._heading(at, words)
        except Refusal as refusal:
            self.remark(at, refusal.code, refusal.message, refusal.advice)
            self.settle(at, Fate(Outcome.DROPPED, f"not understood: {refusal.message}"))

    def _heading(self, at: int, words: tuple[str, ...]) -> None:
        """Take a line that only says what follows, or a setting that is shown."""
        if words[0] == "Prot":
            self.view = next((view for word, view in _VIEWS.items() if word in words), "plain")
            self._begin(at)
        elif words[0] in ("pro", "Pro"):
            self.view = "connections"
            self._begin(at)
        elif words[0] == "Timeout" and len(words) > 6 and not self.table.changed:
            self.applying.set_timeouts(at, {}, list(words[-3:]))
        elif words[1:3] == ("sync", "daemon") and not self.table.changed:
            shown = dict(word.strip("(),").partition("=")[::2] for word in words[3:])
            options = {"mcast-interface": shown.get("mcast", "")}
            if "syncid" in shown:
                options["syncid"] = shown["syncid"]
            if options["mcast-interface"]:
                self.applying.start_daemon(at, options, [words[0]])

    def _begin(self, at: int) -> None:
        """Begin a view; the same view once more shows the table at a later time."""
        self.service = None
        if self.view in self.views and not self.table.changed and self.view == "plain":
            self.table.clear(at)
        self.views.setdefault(self.view, at)

    def _key(self, at: int, words: tuple[str, ...]) -> tuple[Key, tuple[str, ...]]:
        """Return the service of a row, and the words behind its address."""
        kind, text, rest = words[0], words[1], words[2:]
        if kind == "FWM":
            ticking = len(text) == 8 and not set(text) - _HEX
            if not (ticking or (text.isascii() and text.isdigit() and len(text) < 12)):
                raise Refusal(f"'{text[:40]}' is no firewall mark")
            number = int(text, 16 if ticking else 10) % 2**32
            if rest[:1] == ("IPv6",):
                return ("mark6", "", number), rest[1:]
            return ("mark4", "", number), rest
        if text.endswith(":") and rest:
            text, rest = text + rest[0], rest[1:]  # a column was too narrow
        address, port = self._place(at, text, "virtual server")
        return (_PROTOCOLS[kind], address, port or 0), rest

    def _place(self, at: int, text: str, what: str) -> tuple[str, int | None]:
        """Return address and port, also as the kernel writes them: in hex."""
        host, _, port = text.rpartition(":")
        if len(port) == 4 and not set(port) - _HEX:
            if len(host) == 8 and not set(host) - _HEX:
                return ".".join(str(byte) for byte in bytes.fromhex(host)), int(port, 16)
            if host.startswith("[") and host.count(":") == 7 and len(host) == 41:
                address = canonical(host[1:-1])
                if address:
                    return address, int(port, 16)
        return read_place(text, what, lambda code, said, help_: self.remark(at, code, said, help_))

    def _service(self, at: int, words: tuple[str, ...]) -> None:
        key, rest = self._key(at, words)
        self.service = None
        known = self.table.services.get(key)
        if self.table.changed:
            if known is None:
                self._strange(at, f"{words[0]} {words[1]}")
            else:
                self.service = known
            return
        entry = known or ServiceEntry(at, key)
        entry.seen.append(at)
        if (
            self.view in ("plain", "thresholds", "persistent")
            and rest
            and ("scheduler" not in entry.said)
        ):
            self._facts(entry, at, rest)
        self.table.services[key] = self.service = entry

    def _facts(self, entry: ServiceEntry, at: int, rest: tuple[str, ...]) -> None:
        """Take the words behind a service's address: scheduler, flags, persistence."""
        entry.put("scheduler", rest[0], at)
        queue = list(rest[1:])
        while queue:
            word = queue.pop(0)
            if word.startswith("("):
                entry.put("flags", tuple(word.strip("()").split(",")), at)
            elif word == "persistent" and queue and queue[0].isascii() and queue[0].isdigit():
                entry.put("timeout", min(max(1, int(queue.pop(0)[:9])), 31 * 86400), at)
                if queue and len(queue[0]) == 8 and not set(queue[0]) - _HEX:
                    self._kernel_mask(entry, at, queue.pop(0))
            elif word == "mask" and queue:
                entry.put("mask", read_mask(queue.pop(0), entry.family or 4), at)
            elif word == "pe" and queue:
                entry.put("own", queue.pop(0), at)
            elif word == "ops":
                entry.put("one_packet", True, at)
            elif word not in ("0", "IPv6") and not word.isdigit():
                self.remark(at, REFUSED, f"'{word}' in a listing is not understood",
                            "it is left out")  # fmt: skip

    def _kernel_mask(self, entry: ServiceEntry, at: int, text: str) -> None:
        """Take a mask as the kernel writes it: for IPv6 a length, its bytes turned round."""
        if text.upper() == "FFFFFFFF":
            return
        data = bytes.fromhex(text)
        if entry.family == 6:
            length = int.from_bytes(data, "little")
            entry.put("mask", length if 1 <= length < 128 else None, at)
        else:
            entry.put("mask", read_mask(".".join(map(str, data)), 4), at)

    def _server(self, at: int, words: tuple[str, ...]) -> None:
        """Take a row of a server; without a service above it says nothing."""
        if not words or words[0].startswith("RemoteAddress"):
            return
        if words[0].endswith(":") and len(words) > 1:
            words = (words[0] + words[1], *words[2:])
        address, port = self._place(at, words[0], "real server")
        service = self.service
        if service is None:
            self._strange(at, f"the server {words[0]}")
            return
        known = service.servers.get((address, port or 0))
        if self.table.changed:
            if known is None:
                self._strange(at, f"the server {words[0]}")
            return
        if words[1:2] and words[1] in _FORKED:
            raise Refusal(f"{words[1]} is not in the mainline kernel",
                          "choose masquerading, direct routing or a tunnel", FULL_NAT)  # fmt: skip
        entry = known
        if entry is None:
            entry = ServerEntry(at, address, port or None)
            entry.said.update(address=at, port=at)
            service.servers[(address, port or 0)] = entry
        entry.seen.append(at)
        service.seen.append(at)
        if service.mark and ":" in address and not service.servers.keys() - {(address, port or 0)}:
            self._six(service)
        self._columns(entry, at, words[1:])

    def _six(self, service: ServiceEntry) -> None:
        """Note that a mark is for IPv6: the kernel's own file does not say so."""
        if service.key[0] == "mark4" and ("mark6", "", service.key[2]) not in self.table.services:
            del self.table.services[service.key]
            service.key = ("mark6", "", service.key[2])
            self.table.services[service.key] = service

    def _columns(self, entry: ServerEntry, at: int, columns: tuple[str, ...]) -> None:
        """Take the columns behind a server's address."""
        numbers = [int(word[:9]) if word.isascii() and word.isdigit() else -1 for word in columns]
        if columns and columns[0] in _FORWARDS:
            forwarding = _FORWARDS[columns[0]]
            entry.put("forwarding", forwarding, at)
            if forwarding == "tunnel":
                entry.put("tunnel", Tunnel(), at)
            if len(numbers) > 1 and numbers[1] >= 0:
                weight = int(columns[1][:10])
                entry.put("weight", min(weight, 2**31 - 1), at)
        elif self.view == "thresholds" and len(numbers) > 1:
            for field, number in zip(("upper", "lower"), numbers, strict=False):
                if number > 0:
                    entry.put(field, number, at)
        elif self.view == "persistent" and numbers and numbers[0] >= 0:
            entry.put("weight", numbers[0], at)

    def _strange(self, at: int, what: str) -> None:
        """Drop a row that the commands above do not lead to."""
        said = (
            "the commands count: no command above makes it"
            if self.table.changed
            else ("no service stands above it")
        )
        self.settle(at, Fate(Outcome.DROPPED, f"{what} is only shown: {said}"))
        if self.strange < 0:
            self.strange = at
            self.remark(at, DISAGREES, f"{what} is only shown; {said}",
                        "convert the listing by itself to take what it shows")  # fmt: skip

    def _connection(self, at: int, words: tuple[str, ...]) -> bool:
        """Take a row of ``-Lc`` or ``/proc/net/ip_vs_conn``; False where it is none."""
        if len(words) >= 6 and words[1].count(":") == 1 and words[1].replace(":", "").isdigit():
            virtual, real = words[4], words[5]
        elif (
            len(words) >= 8
            and len(words[1]) in (8, 41, 39)
            and len(words[2]) == 4
            and (len(words[4]) == 4)
        ):
            virtual, real = f"{words[3]}:{words[4]}", f"{words[5]}:{words[6]}"
        else:
            return False
        self.settle(at, _STATE)
        if words[0] != "FWM":
            self.hidden.append((at, (words[0], virtual, real)))
        return True

    def finish(self) -> None:
        """Take services from connections where nothing else was shown, and say what is missing."""
        if self.hidden and not self.table.services and not self.table.changed:
            for at, (kind, virtual, real) in self.hidden:
                self._from_connection(at, kind, virtual, real)
        partial = [view for view in self.views if view != "plain"]
        if (
            partial
            and "plain" not in self.views
            and not self.table.changed
            and (self.table.services)
        ):
            view = partial[0]
            self.remark(self.views[view], PARTIAL,
                        f"this listing does not show {_PARTS[view]}: ipvsadm's defaults are taken",
                        "give the output of ipvsadm -Ln, or of ipvsadm -S -n")  # fmt: skip

    def _from_connection(self, at: int, kind: str, virtual: str, real: str) -> None:
        try:
            address, port = self._place(at, virtual, "virtual server")
            server, real_port = self._place(at, real, "real server")
        except Refusal:
            return
        key = (_PROTOCOLS[kind], address, port or 0)
        if not port:
            return
        entry = self.table.services.get(key)
        if entry is None:
            entry = self.table.services[key] = ServiceEntry(at, key)
        if (server, real_port or 0) not in entry.servers:
            made = entry.servers[(server, real_port or 0)] = ServerEntry(at, server, real_port)
            made.said.update(address=at, port=at)
            if real_port != port:
                made.put("forwarding", "masquerade", at, written=False)
