"""Carries out the commands of ipvsadm on a table, with the kernel's refusals."""

from __future__ import annotations

from collections.abc import Callable

from hatools_ipvsadm.addresses import family_of, place, read_mask, read_place, unicast, whole
from hatools_ipvsadm.faults import NO_EFFECT, SAME_PORT, UNDONE, Refusal
from hatools_ipvsadm.options import Command
from hatools_ipvsadm.table import Entry, Key, ServerEntry, ServiceEntry, Table
from hatools_ipvsadm.values import (
    BARE,
    LONGEST,
    check_service,
    put_all,
    scheduler_flags,
    scheduler_name,
    server_facts,
    shown,
)

_PROTOCOLS = {"tcp-service": "tcp", "udp-service": "udp", "sctp-service": "sctp"}
_TIMEOUTS = ("tcp", "tcpfin", "udp")
_DAEMON = {"mcast-interface": "interface", "syncid": "syncid", "sync-maxlen": "maxlen",
           "mcast-group": "group", "mcast-port": "port", "mcast-ttl": "ttl"}  # fmt: skip

Setting = tuple[int, tuple[tuple[str, ...], ...], dict[str, list[int]]]


class Applying:
    """Changes *table* as commands say; what is odd goes to *remark*."""

    def __init__(self, table: Table, remark: Callable[..., None]) -> None:
        self.table = table
        self.remark = remark
        self.settings: dict[tuple[str, str], Setting] = {}
        self.overridden: dict[int, int] = {}
        self.meant: list[tuple[str, str]] = []
        self._keys: dict[tuple[str, str], Key] = {}

    def apply(self, at: int, command: Command) -> None:
        """Carry out *command*, statement *at*.  Raises `Refusal`."""
        self.meant = command.meant
        method = _METHODS.get(command.name)
        if method is not None:
            self.table.changed = True
            method(self, at, command.options, command.values)

    def _noted(self, at: int) -> Callable[[str, str, str], None]:
        return lambda code, message, advice: self.remark(at, code, message, advice)

    def key(self, at: int, options: dict[str, str]) -> Key:
        """Return which service *options* name.  Raises `Refusal`."""
        if "fwmark-service" in options:
            text = options["fwmark-service"]
            number = whole(text, -(2**31), 2**32 - 1, f"invalid fwmark value `{text}' specified")
            if not number:
                raise Refusal("invalid fwmark value `0' specified", "a mark is greater than 0")
            return "mark6" if "ipv6" in options else "mark4", "", number % 2**32
        name = next(name for name in _PROTOCOLS if name in options)
        text = options[name]
        if text.isascii() and text.isdigit():
            raise Refusal("illegal virtual server address[:port] specified", "write ADDRESS:PORT")
        found = self._keys.get((name, text))
        if found is None:
            address, port = read_place(text, "virtual server", self._noted(at))
            found = self._keys[(name, text)] = (_PROTOCOLS[name], address, port or 0)
        return found

    def _found(self, at: int, options: dict[str, str], missing: str) -> ServiceEntry:
        key = self.key(at, options)
        if key not in self.table.services:
            raise Refusal(missing, shown(key) + " is not in the table here", UNDONE)
        return self.table.services[key]

    def add_service(self, at: int, options: dict[str, str], _: list[str]) -> None:
        """Carry out ``-A``."""
        key = self.key(at, options)
        check_service(key, options)
        if key in self.table.services:
            raise Refusal("Service already exists",
                          "use -E to change it; ipvsadm leaves it as it is", UNDONE)  # fmt: skip
        entry = ServiceEntry(at, key)
        self._service_facts(entry, at, options)
        self.table.services[key] = entry

    def edit_service(self, at: int, options: dict[str, str], _: list[str]) -> None:
        """Carry out ``-E``: what it does not name goes back to its default."""
        entry = self._found(at, options, "No such service")
        check_service(entry.key, options)
        self._forget(entry, at)
        self._service_facts(entry, at, options)

    def _forget(self, entry: Entry, at: int) -> None:
        """Take back what earlier statements said: an edit sets everything anew."""
        for index in {index for field, index in entry.said.items() if field}:
            self.overridden[index] = at
        entry.seen.append(at)
        entry.facts = {}
        entry.said = {"": entry.at}

    def _service_facts(self, entry: ServiceEntry, at: int, options: dict[str, str]) -> None:
        scheduler = scheduler_name(options.get("scheduler", "wlc"), self.meant)
        if options.get("pe", "sip") != "sip":
            raise Refusal("Scheduler or persistence engine not found",
                          "sip is the only persistence engine", UNDONE)  # fmt: skip
        entry.put("scheduler", scheduler, at, "scheduler" in options)
        if "sched-flags" in options:
            entry.put("flags", scheduler_flags(options["sched-flags"], scheduler), at)
        mask = None
        if "netmask" in options:
            mask = read_mask(options["netmask"], entry.family or 4)
            if "persistent" in options:
                entry.put("mask", mask, at)
            else:
                self.remark(at, NO_EFFECT, "-M without -p has no effect", "add -p SECONDS")
        if "persistent" in options:
            text = options["persistent"]
            illegal = f"invalid timeout value `{text}' specified"
            entry.put("timeout", whole(text, 1, LONGEST, illegal) if text else BARE, at)
        if "ops" in options:
            entry.put("one_packet", True, at)
        if "pe" in options:
            entry.put("own", options["pe"], at)
        entry.said.setdefault("", entry.at)

    def delete_service(self, at: int, options: dict[str, str], _: list[str]) -> None:
        """Carry out ``-D``."""
        entry = self._found(at, options, "No such service")
        self.table.remove(entry, at)
        del self.table.services[entry.key]

    def clear(self, at: int, _: dict[str, str], __: list[str]) -> None:
        """Carry out ``-C``."""
        self.table.clear(at)

    def _server(
        self, at: int, service: ServiceEntry, options: dict[str, str], forwarding: str
    ) -> tuple[str, int | None, bool]:
        """Return the address and the port in the table, and whether the port is as written."""
        address, port = read_place(options["real-server"], "real server", self._noted(at))
        real, other = family_of(address), service.family
        if real and not unicast(address):
            raise Refusal("Invalid operation.  Possibly wrong module version, address not unicast",
                          f"{address} is no address of one host", UNDONE)  # fmt: skip
        if real and other and real != other and forwarding != "tunnel":
            raise Refusal("Different address family is allowed only for tunneling servers",
                          "IPv4 servers behind an IPv6 service need -i")  # fmt: skip
        if service.mark:
            return address, port or None, port is not None
        number = service.key[2]
        if port is None:
            return address, number or None, False
        if forwarding != "masquerade" and port != number:
            self.remark(at, SAME_PORT,
                        f"{'tunnels' if forwarding == 'tunnel' else 'direct routing'} cannot change"
                        f" the port: {place(address, port)} is reached on port {number}",
                        f"write {place(address, number)}, or use -m")  # fmt: skip
            return address, number or None, False
        return address, port or None, True

    def add_server(self, at: int, options: dict[str, str], _: list[str]) -> None:
        """Carry out ``-a``."""
        service = self._found(at, options, "Service not defined")
        forwarding, facts = server_facts(options)
        address, port, written = self._server(at, service, options, forwarding)
        if (address, port or 0) in service.servers:
            raise Refusal("Destination already exists",
                          "use -e to change it; ipvsadm leaves it as it is", UNDONE)  # fmt: skip
        entry = ServerEntry(at, address, port)
        entry.said["address"] = at
        if written:
            entry.said["port"] = at
        put_all(entry, facts, at)
        service.servers[(address, port or 0)] = entry

    def _known(self, at: int, options: dict[str, str], forwarding: str) -> ServerEntry:
        service = self._found(at, options, "Service not defined")
        address, port, _ = self._server(at, service, options, forwarding)
        entry = service.servers.get((address, port or 0))
        if entry is None:
            raise Refusal("No such destination",
                          f"{place(address, port)} is not in the table here", UNDONE)  # fmt: skip
        return entry

    def edit_server(self, at: int, options: dict[str, str], _: list[str]) -> None:
        """Carry out ``-e``: what it does not name goes back to its default."""
        forwarding, facts = server_facts(options)
        entry = self._known(at, options, forwarding)
        kept: dict[str, int] = {
            name: at for name, at in entry.said.items() if name in ("address", "port")
        }
        self._forget(entry, at)
        entry.said.update(kept)
        put_all(entry, facts, at)

    def delete_server(self, at: int, options: dict[str, str], _: list[str]) -> None:
        """Carry out ``-d``."""
        service = self._found(at, options, "Service not defined")
        address, port = read_place(options["real-server"], "real server", self._noted(at))
        if port is None and not service.mark:
            port = service.key[2]
        entry = service.servers.get((address, port or 0))
        if entry is None:
            raise Refusal("No such destination",
                          f"{place(address, port)} is not in the table here", UNDONE)  # fmt: skip
        self.table.remove(entry, at)
        del service.servers[(address, port or 0)]

    def zero(self, at: int, options: dict[str, str], _: list[str]) -> None:
        """Carry out ``-Z``: counters are no part of the table's meaning."""
        if options:
            self._found(at, options, "No such service")

    def set_timeouts(self, at: int, _: dict[str, str], values: list[str]) -> None:
        """Set the time limits of connections; 0 leaves one as it is."""
        numbers = [
            whole(text, 0, LONGEST, f"invalid timeout value `{text}' specified") for text in values
        ]
        key = ("timeouts", "")
        first, own, said = self.settings.get(key, (at, (), {}))
        known = {row[0]: row[1] for row in own}
        for name, number in zip(_TIMEOUTS, numbers, strict=True):
            if number:
                known[name] = str(number)
                for index in said.get(f"own.{name}", ()):
                    self.overridden[index] = at
                said[f"own.{name}"] = [at]
        if known:
            own = tuple((name, known[name]) for name in _TIMEOUTS if name in known)
            first = min(index for each in said.values() for index in each)
            self.settings[key] = (first, own, said)

    def start_daemon(self, at: int, options: dict[str, str], values: list[str]) -> None:
        """Carry out ``--start-daemon``."""
        if values[0] not in ("master", "backup"):
            raise Refusal("--start-daemon needs master or backup")
        key = ("sync-daemon", values[0])
        if key in self.settings:
            raise Refusal("Daemon has already run", "", UNDONE)
        if "mcast-interface" not in options:
            raise Refusal("--start-daemon needs --mcast-interface INTERFACE")
        if "syncid" in options:
            whole(options["syncid"], 0, 255, "illegal syncid specified")
        own = tuple((_DAEMON[name], value) for name, value in options.items())
        self.settings[key] = (at, own, {"": [at], "own": [at]})

    def stop_daemon(self, at: int, _: dict[str, str], values: list[str]) -> None:
        """Carry out ``--stop-daemon``."""
        for state in values or ("master", "backup"):
            stopped = self.settings.pop(("sync-daemon", state), None)
            if stopped is not None:
                self.overridden[stopped[0]] = at


_METHODS: dict[str, Callable[[Applying, int, dict[str, str], list[str]], None]] = {
    "add-service": Applying.add_service,
    "edit-service": Applying.edit_service,
    "delete-service": Applying.delete_service,
    "clear": Applying.clear,
    "add-server": Applying.add_server,
    "edit-server": Applying.edit_server,
    "delete-server": Applying.delete_server,
    "zero": Applying.zero,
    "set": Applying.set_timeouts,
    "start-daemon": Applying.start_daemon,
    "stop-daemon": Applying.stop_daemon,
}
