"""Tells which lines have too few or too many words, or one that haproxy does not take there."""

from __future__ import annotations

from hatools_haproxy.numbers import read_number

Words = tuple[str, ...]
_MOST = {
    "mode": 2, "maxconn": 2, "fullconn": 2, "retries": 2, "backlog": 2, "default_backend": 2,
    "disabled": 1, "enabled": 1, "id": 2, "monitor-uri": 2, "log-tag": 2, "timeout": 3,
}  # fmt: skip
_LEAST = {
    "description": (2, "a text"), "log-tag": (2, "a tag"), "source": (2, "an address"),
    "errorfile": (3, "a status and a file"), "unique-id-format": (2, "a format"),
    "monitor-uri": (2, "a path"), "fullconn": (2, "a number"), "retries": (2, "a number"),
}  # fmt: skip
_BARE_OPTIONS = frozenset((
    "abortonclose", "allbackups", "checkcache", "clitcpka", "contstats", "dontlog-normal",
    "dontlognull", "http-buffer-request", "http-ignore-probes", "http-keep-alive",
    "http-no-delay", "http-pretend-keepalive", "http-server-close", "http-use-proxy-header",
    "httpclose", "independent-streams", "log-health-checks", "log-separate-errors", "logasap",
    "nolinger", "persist", "prefer-last-server", "socket-stats", "splice-auto",
    "splice-request", "splice-response", "srvtcpka", "tcp-smart-accept", "tcp-smart-connect",
    "tcpka", "transparent",
))  # fmt: skip
_CHOICES = {
    "http-reuse": ("never", "safe", "aggressive", "always"),
    "load-server-state-from-file": ("global", "local", "none"),
    "compression": ("algo", "algo-req", "algo-res", "type", "type-req", "type-res", "offload",
                    "direction", "minsize-req", "minsize-res"),
}  # fmt: skip
_TYPES = ("ip", "ipv6", "integer", "string", "binary")


def wrong_arguments(words: Words) -> str:
    """Return what is wrong with the number or the kind of *words*' arguments, or nothing.

    As haproxy 2.6 refuses them (tried); words with variables are left alone.
    """
    word, count = words[0], len(words)
    most = _MOST.get(word)
    if word == "option" and count > 2 and words[1] in _BARE_OPTIONS:
        most = 2
    if most is not None and count > most:
        return f"'{' '.join(words[: min(most, 2)])}' takes no argument '{words[most]}'"
    least = _LEAST.get(word)
    if least is not None and count < least[0]:
        return f"'{word}' needs {least[1]}"
    choices = _CHOICES.get(word)
    if choices is not None and count > 1 and words[1] not in choices and "$" not in words[1]:
        return f"'{words[1]}' is nothing that {word} takes: write {', '.join(choices)}"
    if word == "log" and count == 2 and words[1] != "global" and "$" not in words[1]:
        return "'log' needs an address and a facility, or global"
    if word == "log" and count == 1:
        return "'log' needs an address and a facility, or global"
    if word == "hash-balance-factor" and count > 1:
        factor = read_number(words[1])
        if factor is None or 0 < factor <= 100:
            return "'hash-balance-factor' must be 0 or above 100"
    if word == "stick-table":
        return _wrong_table(words)
    return ""


def _wrong_table(words: Words) -> str:
    for at, word in enumerate(words[:-1]):
        if word == "type" and words[at + 1] not in _TYPES and "$" not in words[at + 1]:
            return f"a stick-table has no type '{words[at + 1]}': write {', '.join(_TYPES)}"
    if "size" not in words:
        return "'stick-table' needs a size"
    return ""
