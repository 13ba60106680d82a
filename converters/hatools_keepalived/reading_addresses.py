"""Reads the addresses that a virtual router moves, and its peers."""

from __future__ import annotations

from hatools.model import VirtualAddress
from hatools_keepalived import remarks
from hatools_keepalived.block_reader import BlockReader
from hatools_keepalived.scope import Scope
from hatools_keepalived.values import Words, is_placeholder, parse_address, parse_whole

_ONE_MORE = ("brd", "broadcast", "peer", "preferred_lft")
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
        if word in _FIELDS and rest:
            named[word] = rest.pop(0)
        elif word in _ONE_MORE and rest:
            own += [word, rest.pop(0)]
        elif word in _ALONE:
            own.append(word)
        else:
            said = f"'{word}' says nothing about an address: keepalived ignores the word"
            scope.remark(index, remarks.BAD_VALUE, said)
    return VirtualAddress(address, prefix, named["dev"], named["label"], named["scope"], tuple(own))


def read_peers(reader: BlockReader, scope: Scope, index: int, words: Words) -> None:
    """Read unicast_peer: addresses, each perhaps with limits of the TTL."""
    scope.claim("peers", index)
    found: list[str] = scope.values.setdefault("peers", [])
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
