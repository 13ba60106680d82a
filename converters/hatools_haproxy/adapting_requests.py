"""Works out the request of an HTTP check that haproxy makes, and what of its answers it judges."""

from __future__ import annotations

from collections.abc import Collection

from hatools.model import KEPT, Check, Expect, Fate, HttpRequest, replace
from hatools_haproxy import losses
from hatools_haproxy.drafting import kept, nearly
from hatools_haproxy.quoting import endpoint

_TEXTUAL = ("1.0", "1.1")
CONNECTED_SINCE = (2, 4)  # bc_dst: where a check has connected to
_CONNECTED = "%[bc_dst]:%[bc_dst_port]"
_CONNECTED_6 = "[%[bc_dst]]:%[bc_dst_port]"

# PCRE2's options as they are said inside a pattern; "" where they change no match.
_FLAGS = {
    "caseless": "i", "multiline": "m", "dotall": "s", "extended": "x", "ungreedy": "U",
    "dupnames": "J", "auto_callout": "", "dotstar_anchor": "", "no_auto_capture": "",
    "no_auto_possess": "", "no_dotstar_anchor": "", "no_start_optimize": "", "never_ucp": "",
    "never_utf": "", "no_utf_check": "", "never_backslash_c": "",
}  # fmt: skip
_ORDER = "imsxUJ"
_OFFSETS = ("regex_min_offset", "regex_max_offset")


def flags_of(check: Check, number: int) -> tuple[str, str]:
    """Return how the regex of url *number* is read: inline flags, and what cannot be said.

    The second is empty where all can.
    """
    flags: set[str] = set()
    for words in check.own:
        if words[:2] != ("url", str(number)) or len(words) < 3:
            continue
        if words[2] in _OFFSETS:
            return "", words[2]
        if words[2] == "regex_options":
            for option in words[3:]:
                flag = _FLAGS.get(option)
                if flag is None:
                    return "", f"regex_options {option}"
                flags.update(flag)
    return "".join(flag for flag in _ORDER if flag in flags), ""


class Asked:
    """One request as haproxy can make it, and what its answers lose on the way.

    *undone* says why there is no regex any more, where there was one.
    """

    __slots__ = ("request", "undone", "version", "wanted")

    def __init__(self, source: HttpRequest, regex: tuple[str, str]) -> None:
        flags, unsaid = regex
        expects: list[Expect] = []
        self.undone = ""
        self.wanted: dict[str, Fate] = {}
        for expect in source.expects:
            if expect.kind == "digest":
                self.wanted[expect.kind] = losses.DIGEST
            elif expect.kind == "regex" and unsaid:
                self.undone = f"haproxy's checks have no {unsaid}"
                self.wanted[expect.kind] = nearly(f"{self.undone}: only the status is checked")
            elif expect.kind == "regex":
                self.wanted[expect.kind] = losses.PCRE if flags else losses.DIALECT
                value = f"(?{flags}){expect.value}" if flags else expect.value
                expects.append(Expect("regex", value, expect.negate))
            else:
                expects.append(expect)
        version = source.version if source.version in _TEXTUAL else "1.1"
        self.version = KEPT
        if version != source.version:
            self.version = nearly(
                f"haproxy's checks do not speak HTTP/{source.version} this way: 1.1 is used"
            )
        answers = tuple(expects) or (Expect("status", "200-299"),)
        self.request = replace(source, version=version, expects=answers)

    def fates(self, at: str, claimed: Collection[str]) -> dict[str, Fate]:
        """Return the fates of the request *at*, of its parts where these are *claimed*."""
        lost = [*self.wanted.values(), *([self.version] if self.version.reason else [])]
        if not lost:
            return {}
        everything = nearly("; ".join(dict.fromkeys(fate.reason for fate in lost)))
        if not any(name.startswith(f"{at}.") for name in claimed):
            return {at: everything}
        parts = {f"{at}.expects.status": KEPT}
        parts.update({f"{at}.expects.{kind}": fate for kind, fate in self.wanted.items()})
        answers = "; ".join(dict.fromkeys(fate.reason for fate in self.wanted.values()))
        parts[f"{at}.expects"] = nearly(answers) if answers else KEPT
        return {at: self.version, f"{at}.path": KEPT, f"{at}.host": KEPT, **parts}


def host_header(
    request: HttpRequest, places: Collection[tuple[str, int | None]], address: str, since: bool
) -> tuple[str, Fate]:
    """Return the Host header of a *request* that has none of its own, and the fate of that.

    keepalived names the address and port that it asks.  haproxy asks all servers
    alike: *places* are theirs, *address* is the service's; *since* tells whether
    the target surely has `bc_dst`.
    """
    if len(places) == 1:
        ((host, port),) = places
        return endpoint(host, port), kept("keepalived sends this Host header by itself")
    sixes = [":" in host for host, _ in places]
    if since and all(sixes) == any(sixes):
        return _CONNECTED_6 if sixes[0] else _CONNECTED, kept("Host names the server's address")
    if request.version == "1.0":
        return "", losses.NO_HOST_HEADER
    return address, losses.HOST_OF_SERVICE
