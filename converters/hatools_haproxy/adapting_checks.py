"""Works out which check of a server haproxy makes, and what of it arrives."""

from __future__ import annotations

from collections.abc import Collection

from hatools.model import KEPT, Check, Expect, Fate, HttpRequest, ScriptRun
from hatools.model.check import Detail
from hatools_haproxy import losses
from hatools_haproxy.adapting_requests import Asked, flags_of
from hatools_haproxy.check_lines import SEND_SINCE
from hatools_haproxy.drafting import Draft, dropped, nearly
from hatools_haproxy.external_scripts import patience
from hatools_haproxy.naming import addressable
from hatools_haproxy.quoting import duration, seconds

_STRENGTH = {"http": 4, "smtp": 4, "script": 3, "tcp": 1}
_TITLES = {"http": "HTTP check", "smtp": "SMTP check", "script": "script", "tcp": "TCP check"}
READING = ("http", "smtp")
_CONNECTING = (*READING, "tcp")  # who knows where a script connects to


class Reduced:
    """What is left of a server's checks.

    *check* is None where haproxy can make none of them; *own* are the words
    that the server's line needs for it; *fates* say what became of the fields
    ``checks.N.…``; *unchecked* names what was lost when nothing is left.
    """

    __slots__ = ("check", "fates", "number", "own", "unchecked")

    def __init__(
        self,
        check: Check | None,
        own: tuple[tuple[str, ...], ...] = (),
        fates: dict[str, Fate] | None = None,
        number: int = 0,
        unchecked: str = "",
    ) -> None:
        self.check = check
        self.own = own
        self.fates = fates if fates is not None else {}
        self.number = number
        self.unchecked = unchecked

    @property
    def group(self) -> object:
        """What the servers of one proxy must have in common: haproxy asks them all alike."""
        check = self.check
        if check is None:
            return None
        return (check.kind, None if check.kind == "script" else check.detail)


def reduce_checks(
    draft: Draft,
    checks: tuple[Check, ...],
    address: str,
    port: int | None,
    fallback: int | None,
    claimed: Collection[str] = (),
) -> Reduced:
    """Return the strongest of *checks* for a server at *address* and *port*.

    *fallback* is the port that is asked where the server has none of its own,
    *claimed* are the fields of the server that were written.
    """
    if not checks:
        return Reduced(None)
    usable = [number for number, check in enumerate(checks) if check.kind in _STRENGTH]
    fates = {
        f"checks.{number}": dropped(
            losses.CHECKS.get(check.kind, f"haproxy has no {check.kind} check")
        )
        for number, check in enumerate(checks)
        if check.kind not in _STRENGTH
    }
    if not usable:
        fates = {name: dropped(fate.reason + losses.UNCHECKED) for name, fate in fates.items()}
        kinds = " and ".join(dict.fromkeys(check.kind.upper() for check in checks))
        return Reduced(None, (), fates, 0, kinds)
    best = max(usable, key=lambda number: (_STRENGTH[checks[number].kind], -number))
    for number in usable:
        if number != best:
            fates[f"checks.{number}"] = _beside(checks[number], checks[best])
    reduced = _adapted(draft, checks[best], address, port, fallback, best, claimed)
    reduced.fates.update(fates)
    return reduced


def _beside(check: Check, best: Check) -> Fate:
    """Return the fate of *check* on a server for which *best* is kept."""
    title = _TITLES[best.kind]
    alike = (check.address, check.port) == (best.address, best.port)
    if check.kind == "tcp" and best.kind in _CONNECTING and alike:
        return nearly(f"haproxy makes one check per server: the {title} connects there as well")
    return dropped(f"haproxy makes one check per server: the {title} is kept, this one is not")


def _adapted(
    draft: Draft,
    check: Check,
    address: str,
    port: int | None,
    fallback: int | None,
    number: int,
    claimed: Collection[str],
) -> Reduced:
    """Return *check* as haproxy can make it; its timeouts are the pool's to settle."""
    at = f"checks.{number}"
    fates = {at: KEPT, f"{at}.warmup": losses.WARMUP}
    own: list[tuple[str, ...]] = []
    initial = check.initial
    if initial != "up" and not draft.since(3, 1):
        initial = "up"
        fates[f"{at}.initial"] = losses.INIT_STATE
    if check.source_address or check.interface:
        own.append(_source(check))
        fates[f"{at}.source_address"] = fates[f"{at}.interface"] = losses.SOURCE
    fates[f"{at}.source_port"] = losses.SOURCE_PORT
    fates[f"{at}.mark"] = losses.CHECK_MARK
    for index, words in enumerate(check.own):
        fates[f"{at}.own.{index}"] = _own_fate(words)
    if check.tls:
        own.append(("verify", "none"))
    asked = check.address if check.address != address and addressable(check.address or "") else None
    target = check.port if check.port != port else None
    if port is None and target is None:
        target = fallback
    interval, fast, down = _intervals(check, at, fates)
    small = Check(
        check.kind, asked, target, interval, fast, down,
        check.connect_timeout, check.timeout if check.kind in READING else None,
        max(1, check.rise), max(1, check.fall), initial,
        tls=check.tls, sni=check.sni, detail=_detail(draft, check, at, fates, claimed),
    )  # fmt: skip
    return Reduced(small, tuple(own), fates, number)


def _intervals(check: Check, at: str, fates: dict[str, Fate]) -> tuple[float, float, float]:
    """Return interval, fast and down interval as haproxy can have them; *fates* tell of changes."""
    found: list[float] = []
    for name in ("interval", "fast_interval", "down_interval"):
        meant: float = getattr(check, name)
        value = seconds(meant)
        if abs(value - meant) > 1e-9:
            fates[f"{at}.{name}"] = nearly(
                f"haproxy counts whole milliseconds up to 24 days: {duration(value)}"
            )
        found.append(value)
    if check.kind == "script":
        least = patience(check)
        if least > found[0]:
            found[0] = least
            fates[f"{at}.interval"] = nearly(
                f"haproxy ends a script after inter: {duration(least)} let it run for its timeout"
            )
    return found[0], found[1], found[2]


def _own_fate(words: tuple[str, ...]) -> Fate:
    """Return the fate of a word of a check that only the source's language has."""
    if words[:1] == ("url",) and len(words) > 2:
        return losses.URL.get(words[2]) or dropped(f"haproxy's checks have no {words[2]}")
    return dropped(f"haproxy's checks have no {words[0] if words else ''}")


def _source(check: Check) -> tuple[str, ...]:
    address = check.source_address or "0.0.0.0"
    host = f"[{address}]" if ":" in address else address
    if check.interface:
        return ("source", host, "interface", check.interface)
    return ("source", host)


def _detail(
    draft: Draft, check: Check, at: str, fates: dict[str, Fate], claimed: Collection[str]
) -> Detail:
    """Return the kind's own record as haproxy can have it; losses go into *fates*."""
    detail = check.detail
    if check.kind == "http" and isinstance(detail, tuple):
        requests = []
        for number, item in enumerate(detail):
            if isinstance(item, HttpRequest):
                asked = Asked(item, flags_of(check, number))
                requests.append(asked.request)
                fates.update(asked.fates(f"{at}.detail.{number}", claimed))
                for index, words in enumerate(check.own):
                    if asked.undone and words[:3] == ("url", str(number), "regex_options"):
                        fates[f"{at}.own.{index}"] = dropped(asked.undone)
        if draft.version and draft.version < SEND_SINCE and len(requests) > 1:
            for number in range(1, len(requests)):
                fates[f"{at}.detail.{number}"] = dropped("haproxy asks one url before version 2.2")
            requests = requests[:1]
        return tuple(requests) or (HttpRequest(expects=(Expect("status", "200-299"),)),)
    if check.kind == "smtp":
        return detail if isinstance(detail, str) and detail else "localhost"
    if check.kind == "script" and isinstance(detail, ScriptRun):
        fates[f"{at}.detail.user"] = losses.SCRIPT_USER
        return detail
    return None
