"""Parts a check that connects several times, or elsewhere, into checks that connect once."""

from __future__ import annotations

from hatools.model import KEPT, Check, Fate, HttpRequest, Step, approximated, replace
from hatools_keepalived.spelling import family_of

Words = tuple[str, ...]
_ELSEWHERE = approximated("keepalived's HTTP_GET asks all urls at one address and port")
_HEAD = ("connect",)
_VALUED = ("port", "addr", "sni", "alpn", "proto", "via-socks4", "comment")
_SILENT = ("comment", "linger", "default")


def parted(check: Check, fates: dict[str, Fate]) -> list[Check]:
    """Return checks that together ask what *check* asks, each at one place.

    Several checkers of one server must all pass, as the rounds of one check must.
    What does not arrive of haproxy's ``connect`` lines is noted in *fates*.
    """
    if check.kind == "steps" and isinstance(check.detail, tuple):
        lines = [s.words[1:] for s in check.detail if isinstance(s, Step) and s.words[:1] == _HEAD]
        aims = list(dict.fromkeys(_aimed(check, words)[0] for words in lines))
        return aims or [check]
    places = [at for at, words in enumerate(check.own) if words[:2] == ("http-check", "connect")]
    if check.kind != "http" or not places:
        return [check]
    aims = []
    for at in places:
        aim, fates[f"own.{at}"] = _aimed(check, check.own[at][2:])
        aims.append(aim)
    requests = check.detail if isinstance(check.detail, tuple) else ()
    if len(aims) != len(requests):
        if len(set(aims)) > 1:
            fates.update((f"own.{at}", _ELSEWHERE) for at in places[1:])
        return aims[:1]
    by_aim: dict[Check, list[HttpRequest]] = {}
    for aim, request in zip(aims, requests, strict=True):
        if isinstance(request, HttpRequest):
            by_aim.setdefault(aim, []).append(request)
    return [replace(aim, detail=tuple(asked)) for aim, asked in by_aim.items()]


def _aimed(check: Check, words: Words) -> tuple[Check, Fate]:
    """Return *check* as the *words* behind ``connect`` aim it, and what became of them."""
    said: dict[str, str] = {}
    at = 0
    while at < len(words):
        valued = words[at] in _VALUED and at + 1 < len(words)
        said[words[at]] = words[at + 1] if valued else ""
        at += 1 + valued
    fate = KEPT
    for word in said:
        if word not in (*_SILENT, "port", "addr", "ssl", "sni"):
            fate = _without(word)
    port, address = check.port, check.address
    if said.get("port", "").isdigit():
        port = int(said["port"])
    elif "port" in said:
        fate = approximated(f"keepalived's connect_port cannot be {said['port']}")
    if family_of(said.get("addr", "")):
        address = said["addr"]
    elif "addr" in said:
        fate = approximated(f"keepalived's connect_ip cannot be {said['addr']}")
    tls = "ssl" in said or ("default" in said and check.tls)
    sni = said.get("sni", check.sni if "default" in said else "")
    return replace(check, port=port, address=address, tls=tls, sni=sni), fate


def _without(word: str) -> Fate:
    return approximated(f"keepalived's checks connect without {word}")
