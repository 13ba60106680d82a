"""Whether the condition of an ``.if`` holds: what can be known, and what must be assumed."""

from __future__ import annotations

from collections.abc import Callable
from itertools import zip_longest
from typing import Any

from hatools.plugin import Settings
from hatools_haproxy.predicates import PREDICATES

_RARE_FEATURES = {
    "51DEGREES", "51DEGREES_V4", "DEVICEATLAS", "DEVICEATLAS_V2", "WURFL", "ENGINE", "OT",
    "OPENTRACING", "KQUEUE", "EVPORTS", "OPENSSL_AWSLC", "OPENSSL_WOLFSSL", "ECH", "KTLS",
    "QUIC_OPENSSL_COMPAT", "STATIC_PCRE", "STATIC_PCRE2", "OBSOLETE_LINKER", "LIBATOMIC",
    "PROCCTL", "CLOSEFROM", "MEMORY_PROFILING",
}  # fmt: skip
"""What the haproxy packages of distributions are usually built without."""
_RARE_OPTIONS = {"KQUEUE", "EVPORTS", "SERVER-SSL-VERIFY-NONE"}
_USUAL_OPENSSL = "3.0"
_YES = ("yes", "true", "on", "1")


def numbers(version: str) -> tuple[int, ...]:
    """Return the numbers of a version, as far as they go: (2, 6, 12) for 2.6.12-1."""
    found: list[int] = []
    for part in version.partition("-")[0].split("."):
        if not part.isascii() or not part.isdigit():
            break
        found.append(int(part[:9]))
    return tuple(found)


def at_least(version: str, wanted: str) -> bool:
    """Tell whether *version* is *wanted* or later, by the numbers that *version* has.

    ``2.6`` stands for the latest 2.6, so it is at least 2.6.12.
    """
    have, want = numbers(version), numbers(wanted)
    for mine, theirs in zip_longest(have, want):
        if mine is None or theirs is None:
            return True
        if mine != theirs:
            return bool(mine > theirs)
    return True


class Decider:
    """Answers predicates from settings, version and what the file itself says.

    *remarks* collects (code, message, advice) for what had to be assumed.
    """

    def __init__(
        self, settings: Settings, version: str, defined: Callable[[str], bool | None]
    ) -> None:
        self.settings = settings
        self.version = version
        self.defined = defined
        self.remarks: list[tuple[str, str, str]] = []

    def holds(self, tree: Any) -> bool:
        """Tell whether a condition's *tree* holds; terms after the deciding one are not asked."""
        kind = tree[0]
        if kind == "or":
            return any(self.holds(part) for part in tree[1:])
        if kind == "and":
            return all(self.holds(part) for part in tree[1:])
        if kind == "not":
            return not self.holds(tree[1])
        if kind == "number":
            return bool(tree[1])
        return self._answer(tree[1], *tree[2:])

    def _answer(self, name: str, first: str = "", second: str = "") -> bool:
        since = PREDICATES[name][1]
        if not at_least(self.version, since):
            self.remarks.append(
                (
                    "HP023",
                    f"haproxy {self.version} does not know the predicate {name}, new in {since}",
                    "ask for a later version with --source-version",
                )
            )
        if name == "defined":
            return self._defined(first)
        if name in ("streq", "strneq"):
            return (first == second) is (name == "streq")
        if name == "strstr":
            return second in first
        if name in ("version_atleast", "version_before"):
            return at_least(self.version, first) is (name == "version_atleast")
        return self._unknowable(name, first)

    def _defined(self, name: str) -> bool:
        answer = self.defined(name)
        if answer is not None:
            return answer
        self.remarks.append(
            (
                "HP022",
                f"the variable {name} is taken for unset",
                f"say --set env@{name}=VALUE where it is set",
            )
        )
        return False

    def _unknowable(self, name: str, what: str) -> bool:
        """Answer what only the program where it runs knows: as set, else as usual."""
        if name.startswith("openssl_version"):
            version = self.settings.get("openssl_version")
            answer = at_least(version or _USUAL_OPENSSL, what) is name.endswith("atleast")
            key = "" if version else "openssl_version=3.0"
        elif name == "ssllib_name_startswith":
            library = self.settings.get("ssllib_name")
            answer, key = (library or "OpenSSL").startswith(what), ""
            if not library:
                key = "ssllib_name=OpenSSL"
        else:
            setting = self.settings.get(name, what)
            usual = not (
                what in _RARE_FEATURES
                or (name == "enabled" and what in _RARE_OPTIONS)
                or name.startswith(("awslc", "fips"))
            )
            answer = usual if setting is None else setting.lower() in _YES
            key = "" if setting is not None else f"{name}@{what}={'no' if usual else 'yes'}"
            key = key.replace("@=", "=")
        if key:
            told = f"{name}({what})" if what else name
            self.remarks.append(
                (
                    "HP022",
                    f"only the running haproxy can tell {told}: taken for"
                    f" {'true' if answer else 'false'}",
                    f"say --set {key} where it is otherwise",
                )
            )
        return answer
