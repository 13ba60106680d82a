"""Reads the addresses that a virtual router moves, and its peers."""

from __future__ import annotations

from hatools.model import VirtualAddress
from hatools_keepalived import remarks
from hatools_keepalived.block_reader import BlockReader
from hatools_keepalived.scope import Scope
from hatools_keepalived.values import Words, is_placeholder, parse_address, parse_whole

_ONE_MORE = ("brd", "broadcast", "peer", "preferred_lft")
_BROADCAST = ("brd", "broadcast")
_WORKED_OUT = ("+", "-")  # a broadcast address that keepalived works out
_LAST_WITH_BROADCAST = 30  # bits of the prefix
_LABEL = 15  # characters, as the kernel's names of interfaces
_ALONE = ("home", "-nodad", "mngtmpaddr", "noprefixroute", "autojoin", "no_track", "no-track",
          "use_vmac", "track_group")  # fmt: skip
_FIELDS = ("dev", "scope", "label")


def read_addresses(
    reader: BlockReader, scope: Scope, index: int, words: Words, field: str, family: int
) -> int:
    """Read the block at *index* into *field*; return the family of its first address.

    Addresses of another *family* (4, 6; 0 takes any) are ignored, as keepalived does.
    """
    scope.claim(field, index)
    found: list[VirtualAddress] = scope.values.setdefault(field, [])
    for child, entry in reader.children(scope, index):
        address = read_address(reader, scope, child, entry)
        if address is None:
            continue
        own_family = 6 if ":" in address.address else 4
        if family and own_family != family:
            said = f"{address.address} is not of the router's family: keepalived ignores it"
            scope.remark(child, remarks.SKIPPED_BLOCK, said)
            reader.drop(scope, child, said)
            continue
        family = own_family if field == "addresses" else 0
        scope.claim(f"{field}.{len(found)}", child)
        found.append(address)
    return family


def read_address(
    reader: BlockReader, scope: Scope, index: int, words: Words
) -> VirtualAddress | None:
    """Read one line, ``ADDRESS[/PREFIX] [dev NAME] …``; None, with a remark, when it is none."""
    text, slash, length = words[0].partition("/")
    address = parse_address(text)
    if address is None:
        kind = "a placeholder" if is_placeholder(words) else "no IP address"
        said = f"'{words[0]}' is {kind}: keepalived skips it"
        scope.remark(index, remarks.SKIPPED_BLOCK, said)
        reader.drop(scope, index, said)
        return None
    whole = 128 if ":" in address else 32
    prefix = parse_whole(length) if slash else whole
    if prefix is None or not 0 <= prefix <= whole:
        said = f"'{length}' is no prefix length: keepalived takes {whole}"
        scope.remark(index, remarks.RESET, said)
        prefix = whole
    named = dict.fromkeys(_FIELDS, "")
    own: list[str] = []
    rest = list(words[1:])
    while rest:
        word = rest.pop(0)
        if word in _ALONE:
            own.append(word)
            continue
        if word not in _FIELDS and word not in _ONE_MORE:
            said = f"'{word}' says nothing about an address: keepalived ignores the word"
            scope.remark(index, remarks.BAD_VALUE, said)
            continue
        fault = _fatal(word, rest, address)
        if fault:
            said = f"{fault}: keepalived skips the address"
            scope.remark(index, remarks.SKIPPED_BLOCK, said)
            reader.drop(scope, index, said)
            return None
        value = rest.pop(0)
        fault = _ignored(word, value, address, prefix)
        if fault:
            scope.remark(index, remarks.BAD_VALUE, f"{fault}: keepalived ignores it")
        elif word in _FIELDS:
            named[word] = value
        else:
            own += [word, value]
    return VirtualAddress(address, prefix, named["dev"], named["label"], named["scope"], tuple(own))


def _fatal(word: str, rest: list[str], address: str) -> str:
    """Return what is wrong with the option *word* so that the whole line is skipped, or ''."""
    if not rest:
        return f"{word} has no value"
    value = rest[0]
    if word == "label" and len(value) > _LABEL:
        return f"the label '{value}' is longer than {_LABEL} characters"
    if word not in _BROADCAST:
        return ""
    if ":" in address:
        return f"{address} is IPv6, which has no broadcast address"
    sound = value in _WORKED_OUT or (":" not in value and parse_address(value) is not None)
    return "" if sound else f"{word}: '{value}' is no IPv4 address"


def _ignored(word: str, value: str, address: str, prefix: int) -> str:
    """Return why keepalived takes no notice of the option *word* of an address, or ''."""
    if word in _BROADCAST and value in _WORKED_OUT and prefix > _LAST_WITH_BROADCAST:
        return f"{word} {value}: a network of /{prefix} has no broadcast address"
    if word == "peer" and (parse_address(value) is None or (":" in value) is not (":" in address)):
        return f"peer: '{value}' is no IPv{6 if ':' in address else 4} address"
    return ""


def read_peers(reader: BlockReader, scope: Scope, index: int, words: Words) -> None:
    """Read unicast_peer: addresses, each perhaps with limits of the TTL."""
    scope.claim("peers", index)
    found: list[str] = scope.values.setdefault("peers", [])
    if reader.opens(index) and not any(reader.expansion.children(index)):
        said = "unicast_peer is empty: keepalived advertises by multicast"
        scope.remark(index, remarks.INCOMPLETE, said, "name the other nodes, or take it out")
    for child, entry in reader.children(scope, index):
        addresses = [parse_address(word) for word in entry]
        count = addresses.index(None) if None in addresses else len(addresses)
        for address in addresses[:count]:
            scope.claim(f"peers.{len(found)}", child)
            found.append(str(address))
        if count == len(entry):
            continue
        if count and entry[count] in ("min_ttl", "max_ttl"):
            scope.keep(("unicast_peer", *entry), child)
            continue
        said = f"'{entry[count]}' is no IP address: keepalived ignores it"
        scope.remark(child, remarks.SKIPPED_BLOCK, said)
        if not count:
            reader.drop(scope, child, said)
