"""Reads one defaults, frontend, backend or listen section: which of its lines count for what."""

from __future__ import annotations

from collections.abc import Callable

from hatools.model import Condition, Rule
from hatools.model.origin import Origin
from hatools.text import near
from hatools_haproxy.keywords import lookup, standing, values
from hatools_haproxy.numbers import read_number, read_time
from hatools_haproxy.quoting import joined
from hatools_haproxy.reading_arguments import wrong_arguments
from hatools_haproxy.reading_checks import CHECK_OPTIONS
from hatools_haproxy.reading_conditions import (
    RULES,
    check_acl,
    check_condition,
    check_fetch,
    check_rule,
)
from hatools_haproxy.reading_keywords import (
    OLD_TIMEOUTS,
    as_now,
    misfit_elsewhere,
    standing_of,
    unknown,
    unknown_match,
)
from hatools_haproxy.reading_notes import Notes
from hatools_haproxy.reading_options import report_defaults
from hatools_haproxy.reading_templates import too_many
from hatools_haproxy.syntax import NEWEST

Words = tuple[str, ...]
Line = tuple[int, Words]

_ARGUMENTS = {"bind": 2, "server": 3, "server-template": 4, "use_backend": 2, "default_backend": 2,
              "mode": 2, "maxconn": 2, "cookie": 2, "timeout": 3, "option": 2, "acl": 3, "stick": 3,
              "hash-type": 2, "stick-table": 3, "http-request": 2, "http-response": 2,
              "http-after-response": 2, "tcp-request": 2, "tcp-response": 2,
              "filter": 2}  # fmt: skip


_WITHOUT_ACTION = frozenset((
    ("tcp-request", "connection"), ("tcp-request", "session"), ("tcp-request", "content"),
    ("tcp-response", "content"),
))  # fmt: skip


class Proxy:
    """One section as it is read; a proxy begins with what its defaults section says.

    *settings* are the lines that count, by what they set; *own* all that is
    kept in its own words, of which *maybe* may still be taken by a field.
    """

    def __init__(self, notes: Notes, index: int, kind: str, name: str) -> None:
        self.notes = notes
        self.index = index
        self.kind = kind
        self.name = self.written_name = name
        self.parent: Proxy | None = None
        self.front = kind in ("frontend", "listen")
        self.back = kind in ("backend", "listen")
        self.whole = kind == "defaults"
        self.sides = [side for side, has in (("front", self.front), ("back", self.back)) if has]
        self.settings: dict[str, Line] = {}
        self.own: list[Line] = []
        self.maybe: set[int] = set()
        self.binds: list[Line] = []
        self.servers: list[tuple[int, Words, Words]] = []
        self.rules: list[Rule] = []
        self.default_server: Words = ()
        self.default_lines: list[int] = []
        self.extra: list[Line] = []
        self.asked: dict[str, list[Line]] = {"http-check": [], "tcp-check": []}
        self.asking = self.asked
        self.acls: set[str] = set()
        self.unread: list[Line] = []  # lines with a variable that nobody gave: they name things

    def inherit(self, defaults: Proxy) -> None:
        """Begin with what *defaults* says."""
        self.parent = defaults
        self.settings = dict(defaults.settings)
        self.default_server = defaults.default_server
        self.default_lines = list(defaults.default_lines)
        self.extra = list(defaults.extra)
        self.asking = dict(defaults.asking)

    def take(self, index: int, words: Words) -> None:
        """Read one line."""
        word = words[0]
        if self.notes.statements[index].note is not None and self.notes.lacks_variable(index):
            self.unread.append((index, words))
            if word == "acl" and len(words) > 1:
                self.acls.add(words[1])
            return
        if len(words) < _ARGUMENTS.get(word, 0) or words in _WITHOUT_ACTION:
            self._short(index, words)
            return
        handler = _HANDLERS.get(word)
        if handler is not None:
            handler(self, index, words)
        else:
            self.keep(index, words)

    def _short(self, index: int, words: Words) -> None:
        wanted = {"server": "a name and an address", "bind": "an address"}
        what = wanted.get(words[0], "more arguments")
        code = "HP105" if words[0] in wanted else "HP110"
        self.notes.refuse(index, code, f"'{words[0]}' needs {what}")

    # --- lines kept in their own words ---

    def keep(self, index: int, words: Words, maybe: bool = False) -> None:
        """Keep a line in its own words, if haproxy knows it here."""
        words = as_now(self.notes, self.kind, index, words)
        if not words or self._misused(index, words):
            return
        if not self.notes.scripted and any(word.startswith("lua.") for word in words[1:3]):
            self.notes.refuse(
                index, "HP101", "no Lua file is loaded that could know this action",
                "write lua-load FILE into global",
            )  # fmt: skip
            return
        if words[0] in RULES:
            if self.whole and not self.name and words[0] in _UNNAMED:
                self.notes.refuse(
                    index, "HP117", f"'{words[0]}' is not allowed in a defaults without name",
                    "give the defaults a name, or move the line into the proxies",
                )  # fmt: skip
                return
            check_rule(self.notes, index, self.acls, words)
        if words[0] == "timeout" and words[1] in ("connect", "check"):
            self.settings[words[1]] = (index, words)
        self.own.append((index, words))
        if maybe:
            self.maybe.add(index)

    def _misused(self, index: int, words: Words) -> bool:
        """Tell whether haproxy refuses a line for its arguments, and remark on it."""
        wrong = wrong_arguments(words, self.kind, self.notes.version)
        if wrong:
            self.notes.refuse(index, "HP110", wrong)
        return bool(wrong)

    def _set(self, index: int, words: Words) -> None:
        """Note a line whose last word counts."""
        self.settings[words[0]] = (index, words)

    def _bad_side(self, index: int, words: Words, good: bool) -> bool:
        """Tell whether a line belongs to proxies of another side, and remark on it."""
        if good or self.whole:
            return False
        if not misfit_elsewhere(self.notes, self.kind, index, words):
            unknown(self.notes, self.kind, index, words[: 2 if words[0] in _PAIRS else 1])
        return True

    # --- lines with a meaning of their own ---

    def _mode(self, index: int, words: Words) -> None:
        mode = words[1]
        if self._misused(index, words):
            return
        if mode in ("tcp", "http"):
            self._set(index, words)
            self.notes.steering.add(index)
        elif mode in values("mode"):
            now = standing(values("mode")[mode], self.notes.expansion.version or NEWEST)
            if now.kind == "removed":
                self.notes.refuse(
                    index, "HP103", f"'mode {mode}' was removed in haproxy {now.version}",
                    f"write {now.instead} instead" if now.instead else "take it out",
                )  # fmt: skip
            else:
                if now.kind == "too-new":
                    self.notes.too_new(index, f"'mode {mode}'", now.version)
                self.keep(index, words)
        else:
            meant = near(mode, values("mode"))
            self.notes.refuse(
                index, "HP101", f"unknown mode '{mode}'", f"did you mean {meant}" if meant else ""
            )

    def _bind(self, index: int, words: Words) -> None:
        if self.whole:
            unknown(self.notes, self.kind, index, words[:1])
        elif not self._bad_side(index, words, self.front):
            self.binds.append((index, words[1:]))

    def _server(self, index: int, words: Words) -> None:
        if self.whole:
            unknown(self.notes, self.kind, index, words[:1])
        elif not self._bad_side(index, words, self.back):
            if words[0] == "server-template" and too_many(words[2]):
                self.own.append((index, words))
            else:
                self.servers.append((index, words, self.default_server))

    def _default_server(self, index: int, words: Words) -> None:
        if not self._bad_side(index, words, self.back):
            self.default_server = (*self.default_server, *words[1:])
            self.default_lines.append(index)
            report_defaults(self.notes, index, words[1:])
            self.keep(index, words, maybe=True)

    def _balance(self, index: int, words: Words) -> None:
        if self._bad_side(index, words, self.back):
            return
        algorithm = words[1].partition("(")[0] if len(words) > 1 else "roundrobin"
        known = values("balance")
        if algorithm not in known and algorithm != "hdr":
            meant = near(algorithm, known)
            self.notes.refuse(
                index, "HP101", f"unknown balance algorithm '{algorithm}'",
                f"did you mean {meant}" if meant else "",
            )  # fmt: skip
            return
        if not self._misused(index, words):
            self._set(index, words)

    def _backend_setting(self, index: int, words: Words) -> None:
        known = values("hash-type method")
        if words[0] == "hash-type" and words[1] not in known:
            meant = near(words[1], known)
            self.notes.refuse(
                index, "HP101", f"unknown hash-type '{words[1]}'",
                f"did you mean {meant}" if meant else "",
            )  # fmt: skip
        elif not self._bad_side(index, words, self.back) and not self._misused(index, words):
            self._set(index, words)
            self.keep(index, words, maybe=True)

    def _stick(self, index: int, words: Words) -> None:
        self.keep(index, words, maybe=True)

    def _maxconn(self, index: int, words: Words) -> None:
        if self._misused(index, words):
            return
        if read_number(words[1]) is None:
            message = f"'{words[1]}' is no number of connections; haproxy takes it as it can"
            self.notes.tell(index, "HP114", message)
            self.notes.drop(index, message)
        elif self.kind == "backend":
            self.own.append((index, words))
        else:
            self._set(index, words)

    def _default_backend(self, index: int, words: Words) -> None:
        if not self._bad_side(index, words, self.front) and not self._misused(index, words):
            self._set(index, words)

    def _use_backend(self, index: int, words: Words) -> None:
        if self.whole:
            unknown(self.notes, self.kind, index, words[:1])
            return
        if self._bad_side(index, words, self.front):
            return
        notes = self.notes
        condition = None
        if words[1].startswith("%["):
            check_fetch(notes, index, words[1][2:].removesuffix("]"))
        if len(words) > 2:
            if words[2] not in ("if", "unless") or len(words) == 3:
                notes.refuse(
                    index, "HP110", f"'{words[2]}' behind use_backend {words[1]} is no condition",
                    "write if or unless and the condition",
                )  # fmt: skip
                return
            condition = Condition(joined(words[3:]), words[2] == "unless", _tree)
            check_condition(self.notes, index, self.acls, words[3:])
        fields = _RULE if condition is None else _CONDITIONAL
        self.rules.append(Rule(words[1], condition, Origin(notes.expansion, index, fields)))
        notes.claimed[index] = 1

    def _acl(self, index: int, words: Words) -> None:
        if self.whole and not self.name:
            unknown(self.notes, self.kind, index, words[:1])
            return
        self.acls.add(words[1])
        check_acl(self.notes, index, words)
        self.own.append((index, words))

    def _timeout(self, index: int, words: Words) -> None:
        if words[1] in OLD_TIMEOUTS:
            self.keep(index, words)
            return
        if len(words) > 2:
            seconds, complaint = read_time(words[2])
            if seconds is None:
                self.notes.refuse(index, "HP104", f"{' '.join(words[:2])}: {complaint}")
                return
            if complaint:
                self.notes.tell(index, "HP116", f"{' '.join(words[:2])}: {complaint}")
        self.keep(index, words)

    def _old_timeout(self, index: int, words: Words) -> None:
        if len(words) < 2:
            self._short(index, words)
        elif read_time(words[1])[0] is None:
            self.notes.refuse(index, "HP104", f"{words[0]}: {read_time(words[1])[1]}")
        else:
            self.keep(index, words)

    def _option(self, index: int, words: Words) -> None:
        option = words[1]
        if option in CHECK_OPTIONS:
            if self._bad_side(index, words, self.back) or self._misused(index, words):
                return
            self.settings["option"] = (index, words[1:])
            if option in ("httpchk", "tcp-check"):
                ruleset = "http-check" if option == "httpchk" else "tcp-check"
                self.asking = {**self.asking, ruleset: self.asked[ruleset]}
            self.keep(index, words, maybe=True)
        elif option == "allbackups":
            if not self._bad_side(index, words, self.back) and not self._misused(index, words):
                self.settings["allbackups"] = (index, words)
        else:
            self.keep(index, words)

    def _no(self, index: int, words: Words) -> None:
        if words[1:2] == ("option",) and words[2:3] == ("allbackups",):
            self.settings["allbackups"] = (index, ())
        elif words[1:2] == ("option",) and words[2:3] and words[2] in CHECK_OPTIONS:
            self.notes.refuse(
                index, "HP101", f"haproxy cannot take back option {words[2]} with no",
                "choose another check or leave check out of the server lines",
            )  # fmt: skip
        elif len(words) < 2 or words[1] not in _NEGATED:
            what = f"'{words[1]}'" if len(words) > 1 else "nothing"
            self.notes.refuse(
                index, "HP101", f"no cannot stand before {what}", "it is for options and log"
            )
        elif len(words) > 2:
            known = standing_of(self.kind, words[1:3], self.notes.expansion.version)
            found = lookup(self.kind, words)
            if known.kind == "too-new":
                self.notes.too_new(index, f"'{' '.join(words[1:3])}'", known.version)
            if known.kind == "unknown":
                unknown(self.notes, self.kind, index, words[1:3])
            elif found is not None and "n" not in found.keyword.prefixes:
                self.notes.refuse(
                    index, "HP101", f"haproxy takes no 'no' before {' '.join(words[1:3])}",
                    "take the line out",
                )  # fmt: skip
            else:
                self.own.append((index, words))
        else:
            self.own.append((index, words))

    def _checking(self, index: int, words: Words) -> None:
        """Read http-check and tcp-check lines."""
        if self._bad_side(index, words, self.back):
            return
        wrong = unknown_match(words)
        if wrong:
            self.notes.refuse(
                index, "HP101", f"'{wrong}' is nothing that {words[0]} can expect",
                "write status, string, rstring, …",
            )  # fmt: skip
            return
        if words[1:2] == ("connect",) and self._connects_late(words[0]):
            self.notes.refuse(
                index, "HP110", f"'{words[0]} connect' stands behind steps that do not connect",
                f"begin with {words[0]} connect",
            )  # fmt: skip
            return
        before = len(self.own)
        self.keep(index, words, maybe=True)
        if len(self.own) == before:
            return
        if words[1] in ("disable-on-404", "send-state"):
            self.extra.append((index, words))
            return
        ruleset = words[0]
        self.asked[ruleset].append((index, words))
        option = self.settings.get("option")
        if option and option[1][0] == ("httpchk" if ruleset == "http-check" else "tcp-check"):
            self.asking = {**self.asking, ruleset: self.asked[ruleset]}

    def _connects_late(self, ruleset: str) -> bool:
        """Tell whether the steps so far begin with something else than a connection."""
        steps = [words[1].partition("(")[0] for _, words in self.asked[ruleset]]
        steps = [step for step in steps if step not in ("comment", "set-var", "unset-var")]
        return bool(steps) and steps[0] != "connect"

    def _external(self, index: int, words: Words) -> None:
        before = len(self.own)
        self.keep(index, words, maybe=True)
        if len(self.own) > before:
            self.extra.append((index, words))


_PAIRS = ("http-check", "tcp-check", "option")
_NEGATED = ("option", "log")
_UNNAMED = (
    "http-request", "http-response", "http-after-response", "tcp-request", "tcp-response",
)  # fmt: skip
_HERE = (0,)
_RULE = {"": _HERE, "pool": _HERE}
_CONDITIONAL = {"": _HERE, "pool": _HERE, "condition": _HERE}
_Handler = Callable[[Proxy, int, Words], None]
_HANDLERS: dict[str, _Handler] = {
    "mode": Proxy._mode,
    "bind": Proxy._bind,
    "server": Proxy._server,
    "server-template": Proxy._server,
    "default-server": Proxy._default_server,
    "balance": Proxy._balance,
    "cookie": Proxy._backend_setting,
    "hash-type": Proxy._backend_setting,
    "stick-table": Proxy._stick,
    "stick": Proxy._stick,
    "maxconn": Proxy._maxconn,
    "default_backend": Proxy._default_backend,
    "use_backend": Proxy._use_backend,
    "acl": Proxy._acl,
    "timeout": Proxy._timeout,
    "contimeout": Proxy._old_timeout,
    "clitimeout": Proxy._old_timeout,
    "srvtimeout": Proxy._old_timeout,
    "option": Proxy._option,
    "no": Proxy._no,
    "http-check": Proxy._checking,
    "tcp-check": Proxy._checking,
    "external-check": Proxy._external,
}


def _tree(text: str) -> object:
    """Return the tree of a condition; what reads it is imported with the first one asked for."""
    from hatools_haproxy.conditions import parse_condition

    return parse_condition(text).tree
