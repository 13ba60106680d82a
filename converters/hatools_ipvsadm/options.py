"""Commands and options of ipvsadm, and how a command line is read into them."""

from __future__ import annotations

from collections.abc import Sequence

from hatools.text import near
from hatools_ipvsadm.faults import DASH, FULL_NAT, OLD_SAVE, Refusal

NONE, NEEDED, MAYBE = 0, 1, 2  # does an option take a word?

# short name (empty: none), does it take a word
OPTIONS: dict[str, tuple[str, int]] = {
    "tcp-service": ("t", NEEDED),
    "udp-service": ("u", NEEDED),
    "sctp-service": ("", NEEDED),
    "fwmark-service": ("f", NEEDED),
    "ipv6": ("6", NONE),
    "scheduler": ("s", NEEDED),
    "persistent": ("p", MAYBE),
    "netmask": ("M", NEEDED),
    "pe": ("", NEEDED),
    "ops": ("o", NONE),
    "sched-flags": ("b", NEEDED),
    "real-server": ("r", NEEDED),
    "gatewaying": ("g", NONE),
    "ipip": ("i", NONE),
    "masquerading": ("m", NONE),
    "tun-type": ("", NEEDED),
    "tun-port": ("", NEEDED),
    "tun-nocsum": ("", NONE),
    "tun-csum": ("", NONE),
    "tun-remcsum": ("", NONE),
    "weight": ("w", NEEDED),
    "u-threshold": ("x", NEEDED),
    "l-threshold": ("y", NEEDED),
    "numeric": ("n", NONE),
    "connection": ("c", NONE),
    "timeout": ("", NONE),
    "daemon": ("", NONE),
    "stats": ("", NONE),
    "rate": ("", NONE),
    "exact": ("", NONE),
    "thresholds": ("", NONE),
    "persistent-conn": ("", NONE),
    "tun-info": ("", NONE),
    "nosort": ("", NONE),
    "sort": ("", NONE),
    "mcast-interface": ("", NEEDED),
    "syncid": ("", NEEDED),
    "sync-maxlen": ("", NEEDED),
    "mcast-group": ("", NEEDED),
    "mcast-port": ("", NEEDED),
    "mcast-ttl": ("", NEEDED),
}
_SERVICE = ("tcp-service", "udp-service", "sctp-service", "fwmark-service")
_FORWARD = ("gatewaying", "ipip", "masquerading")
_CHECKSUM = ("tun-nocsum", "tun-csum", "tun-remcsum")
_AT = frozenset((*_SERVICE, "ipv6"))
_OF_SERVICE = _AT | {"scheduler", "persistent", "netmask", "pe", "ops", "sched-flags"}
_OF_SERVER = _AT | {"real-server", *_FORWARD, "tun-type", "tun-port", *_CHECKSUM, "weight",
                    "u-threshold", "l-threshold"}  # fmt: skip
_OF_LIST = _AT | {"numeric", "connection", "timeout", "daemon", "stats", "rate", "exact",
                  "thresholds", "persistent-conn", "tun-info", "nosort", "sort"}  # fmt: skip
_OF_DAEMON = frozenset(
    ("mcast-interface", "syncid", "sync-maxlen", "mcast-group", "mcast-port", "mcast-ttl")
)

# short names, the options it may have, those it must have, how many words of its own
COMMANDS: dict[str, tuple[str, frozenset[str], tuple[str, ...], int]] = {
    "add-service": ("A", _OF_SERVICE, ("service",), 0),
    "edit-service": ("E", _OF_SERVICE, ("service",), 0),
    "delete-service": ("D", _AT, ("service",), 0),
    "clear": ("C", frozenset(), (), 0),
    "restore": ("R", frozenset(), (), 0),
    "save": ("S", frozenset(("numeric",)), (), 0),
    "add-server": ("a", _OF_SERVER, ("service", "real-server"), 0),
    "edit-server": ("e", _OF_SERVER, ("service", "real-server"), 0),
    "delete-server": ("d", _AT | {"real-server"}, ("service", "real-server"), 0),
    "list": ("Ll", _OF_LIST, (), 0),
    "zero": ("Z", _AT, (), 0),
    "set": ("", frozenset(), (), 3),
    "start-daemon": ("", _OF_DAEMON, (), 1),
    "stop-daemon": ("", frozenset(), (), 1),
    "help": ("h", frozenset(), (), 0),
    "version": ("v", frozenset(), (), 0),
}
_GROUPS = {
    **dict.fromkeys(_SERVICE, "service-address"),
    **dict.fromkeys(_FORWARD, "forwarding-method"),
    **dict.fromkeys(_CHECKSUM, "checksum"),
}
_SHORT = {short: name for name, (short, _) in OPTIONS.items() if short}
_COMMAND_LETTERS = {letter: name for name, row in COMMANDS.items() for letter in row[0]}
_DASHES = "\u2010\u2011\u2012\u2013\u2014\u2212"
_FORKS = {
    "-P": "adds a local address", "-Q": "removes local addresses", "-G": "lists local addresses",
    "-z": "names a local address", "-F": "names a network card of DPDK", "-K": "sets a backlist",
    "-b": "asks for full NAT", "-Y": "sets the order of probes", "-j": "sets SYN proxy",
}  # fmt: skip
_FORK_ADVICE = "DPVS and other forks have it; the mainline kernel has -m, -g and -i"


class Command:
    """One command line: its *name*, *options* with their words, its own words (*values*).

    *meant* is what was taken otherwise than ipvsadm would take it: pairs of
    code and sentence.
    """

    __slots__ = ("meant", "name", "options", "values")

    def __init__(self, name: str) -> None:
        self.name = name
        self.options: dict[str, str] = {}
        self.values: list[str] = []
        self.meant: list[tuple[str, str]] = []


def is_command(word: str) -> bool:
    """Tell whether *word* looks like the first word of a saved rule."""
    if word[:1] in _DASHES and word:
        word = "-" + word[1:]
    if word[:2] == "--":
        return word[2:].partition("=")[0] in COMMANDS
    return word[:1] == "-" and word[1:2] in _COMMAND_LETTERS


def parse_command(words: Sequence[str]) -> Command:
    """Return what the words behind ``ipvsadm`` say; none at all is ``--list``.

    Raises `Refusal` where ipvsadm would refuse the line.
    """
    if not words:
        return Command("list")
    rest = list(words)
    remarks: list[tuple[str, str]] = []
    command = _first(rest, remarks)
    command.meant = remarks
    while rest:
        _next(command, rest)
    _complete(command)
    return command


def _hyphens(word: str, remarks: list[tuple[str, str]]) -> str:
    """Return *word* with hyphens where it begins with another dash."""
    if word and word[0] in _DASHES:
        stem = word.lstrip(_DASHES + "-")
        mended = ("--" if len(stem) > 2 or len(word) - len(stem) > 1 else "-") + stem
        remarks.append((DASH, f"'{word}' begins with a dash that is no hyphen; read as {mended}"))
        return mended
    return word


def _first(rest: list[str], remarks: list[tuple[str, str]]) -> Command:
    """Return the command that the first word names; what is left of the word stays in *rest*."""
    word = _hyphens(rest.pop(0), remarks)
    if word.startswith("--"):
        name, equals, value = word[2:].partition("=")
        if name in COMMANDS:
            if equals:
                rest.insert(0, value)
            return Command(name)
        meant = near(name, COMMANDS)
        raise Refusal(
            f"{word} is no command of ipvsadm",
            f"did you mean --{meant}?" if meant
            else "the command comes first" if name in OPTIONS
            else "",
        )  # fmt: skip
    letter = word[1:2] if word[:1] == "-" else ""
    if letter not in _COMMAND_LETTERS or not letter:
        if word[:2] in _FORKS:
            raise Refusal(f"{word[:2]} {_FORKS[word[:2]]}: ipvsadm has no such command",
                          _FORK_ADVICE, FULL_NAT)  # fmt: skip
        raise Refusal(
            f"'{word}' is no command of ipvsadm",
            "the command, such as -A or -a, comes first" if letter in _SHORT and letter else "",
        )
    if len(word) > 2:
        rest.insert(0, "-" + word[2:])
    return Command(_COMMAND_LETTERS[letter])


def _next(command: Command, rest: list[str]) -> None:
    """Take the next option of *command* out of *rest*."""
    word = _hyphens(rest.pop(0), command.meant)
    if word[:1] != "-" or word == "-":
        _loose(command, word)
        return
    value: str | None = None
    if word.startswith("--"):
        name, equals, said = word[2:].partition("=")
        value = said if equals else None
        if name not in OPTIONS:
            raise Refusal(f"{word}: unknown option", _nearest(name))
    else:
        name = _SHORT.get(word[1], "")
        if not name:
            _unknown(word[:2])
        if len(word) > 2:
            if OPTIONS[name][1] == NONE:
                rest.insert(0, "-" + word[2:])
            else:
                value = word[2:].removeprefix("=")
    _take(command, name, value, rest)


def _unknown(flag: str) -> None:
    if flag in _FORKS:
        raise Refusal(f"{flag} {_FORKS[flag]}: unknown option", _FORK_ADVICE, FULL_NAT)
    if flag[1] in _COMMAND_LETTERS:
        raise Refusal("multiple commands specified", "write one command a line")
    raise Refusal(f"{flag}: unknown option", "see ipvsadm(8)")


def _nearest(name: str) -> str:
    meant = near(name, OPTIONS)
    return f"did you mean --{meant}? ipvsadm takes no abbreviations" if meant else "see ipvsadm(8)"


def _loose(command: Command, word: str) -> None:
    """Take a word that belongs to no option."""
    if len(command.values) < COMMANDS[command.name][3]:
        command.values.append(word)
    elif word == "ops" and "ops" in COMMANDS[command.name][1]:
        command.options["ops"] = ""
        command.meant.append((OLD_SAVE, "an old ipvsadm saved 'ops' for -o; read as -o"))
    elif word == "(null)":
        command.meant.append((OLD_SAVE, "a fork of ipvsadm saved '(null)' for nothing; left out"))
    else:
        raise Refusal(f"unexpected argument {word}")


def _take(command: Command, name: str, value: str | None, rest: list[str]) -> None:
    """Give *command* option *name*, with its word."""
    takes = OPTIONS[name][1]
    if takes == NEEDED and value is None:
        if not rest:
            if name == "sched-flags" and command.name.endswith("-server"):
                raise Refusal("-b asks for full NAT: missing argument", _FORK_ADVICE, FULL_NAT)
            raise Refusal(f"{_spelt(name)}: missing argument")
        value = rest.pop(0)
    elif takes == MAYBE and value is None and rest and rest[0][:1] not in ("-", *_DASHES):
        if rest[0] not in ("ops", "(null)"):
            value = rest.pop(0)
    elif takes == NONE and value is not None:
        raise Refusal(f"--{name} takes no value")
    if name == "sched-flags" and command.name.endswith("-server"):
        raise Refusal("-b asks for full NAT here: ipvsadm has it for services only",
                      _FORK_ADVICE, FULL_NAT)  # fmt: skip
    if name not in COMMANDS[command.name][1]:
        raise Refusal(f"Illegal '{name}' option with the '{command.name}' command")
    group = _GROUPS.get(name)
    if name in command.options or (group and any(_GROUPS.get(n) == group for n in command.options)):
        raise Refusal(f"multiple '{group or name}' options specified")
    if name == "ipv6" and "fwmark-service" not in command.options and command.name != "list":
        raise Refusal("-6 used before -f", "write -f NUMBER -6")
    command.options[name] = value or ""


def _spelt(name: str) -> str:
    short = OPTIONS[name][0]
    return f"-{short}" if short else f"--{name}"


def _complete(command: Command) -> None:
    """Raise `Refusal` where *command* lacks something."""
    _, _, needed, words = COMMANDS[command.name]
    for name in needed:
        if name == "service":
            if not any(service in command.options for service in _SERVICE):
                raise Refusal(f"You need to supply the 'service-address' option for the "
                              f"'{command.name}' command")  # fmt: skip
        elif name not in command.options:
            raise Refusal(
                f"You need to supply the '{name}' option for the '{command.name}' command"
            )
    if len(command.values) < words:
        if command.name == "set":
            raise Refusal("--set option requires 3 timeout values")
        if command.name == "start-daemon":
            raise Refusal("--start-daemon needs master or backup")
