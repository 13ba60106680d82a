"""Works out which check of a server haproxy makes, and what of it arrives."""

from __future__ import annotations

from hatools.model import KEPT, Check, Expect, Fate, HttpRequest, ScriptRun, replace
from hatools.model.check import Detail
from hatools_haproxy import losses
from hatools_haproxy.check_lines import SEND_SINCE
from hatools_haproxy.drafting import Draft, dropped, nearly
from hatools_haproxy.naming import addressable
from hatools_haproxy.quoting import seconds

_STRENGTH = {"http": 4, "smtp": 4, "script": 3, "tcp": 1}
_TITLES = {"http": "HTTP check", "smtp": "SMTP check", "script": "script", "tcp": "TCP check"}
_TEXTUAL = ("1.0", "1.1")
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
    draft: Draft, checks: tuple[Check, ...], address: str, port: int | None, fallback: int | None
) -> Reduced:
    """Return the strongest of *checks* for a server at *address* and *port*.

    *fallback* is the port that is asked where the server has none of its own.
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
    reduced = _adapted(draft, checks[best], address, port, fallback, best)
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
    draft: Draft, check: Check, address: str, port: int | None, fallback: int | None, number: int
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
        fates[f"{at}.own.{index}"] = dropped(
            f"haproxy's checks have no {words[0] if words else ''}"
        )
    if check.tls:
        own.append(("verify", "none"))
    asked = check.address if check.address != address and addressable(check.address or "") else None
    target = check.port if check.port != port else None
    if port is None and target is None:
        target = fallback
    interval, fast = seconds(check.interval), seconds(check.fast_interval)
    small = Check(
        check.kind, asked, target, interval, fast, seconds(check.down_interval),
        check.connect_timeout, check.timeout if check.kind in READING else None,
        max(1, check.rise), max(1, check.fall), initial,
        tls=check.tls, sni=check.sni, detail=_detail(draft, check, at, fates),
    )  # fmt: skip
    return Reduced(small, tuple(own), fates, number)


def _source(check: Check) -> tuple[str, ...]:
    address = check.source_address or "0.0.0.0"
    host = f"[{address}]" if ":" in address else address
    if check.interface:
        return ("source", host, "interface", check.interface)
    return ("source", host)


def _detail(draft: Draft, check: Check, at: str, fates: dict[str, Fate]) -> Detail:
    """Return the kind's own record as haproxy can have it; losses go into *fates*."""
    detail = check.detail
    if check.kind == "http" and isinstance(detail, tuple):
        requests = []
        for number, item in enumerate(detail):
            if isinstance(item, HttpRequest):
                request, fate = _request(item)
                requests.append(request)
                if fate is not None:
                    fates[f"{at}.detail.{number}"] = fate
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


def _request(request: HttpRequest) -> tuple[HttpRequest, Fate | None]:
    """Return one request as haproxy can make it, and its fate where something is lost."""
    lost = [expect for expect in request.expects if expect.kind == "digest"]
    expects = tuple(expect for expect in request.expects if expect.kind != "digest")
    if not expects:
        expects = (Expect("status", "200-299"),)
    version = request.version if request.version in _TEXTUAL else "1.1"
    reasons = [losses.DIGEST.reason] if lost else []
    if any(expect.kind == "regex" for expect in expects):
        reasons.append("haproxy's regular expressions may be of another dialect")
    if version != request.version:
        reasons.append(
            f"haproxy's checks do not speak HTTP/{request.version} this way: 1.1 is used"
        )
    changed = replace(request, version=version, expects=expects)
    return changed, nearly("; ".join(reasons)) if reasons else None
