"""The pages about what the reader and the writer of ifcfg files remark, one for each code."""

from __future__ import annotations

from hatools.plugin import Remark
from hatools_ifcfg.faults import CODES

_PAGES = {  # why it matters, what to write instead
    "BD301": (
        "the file is sourced by a shell or read line by line: this line sets nothing that"
        " anybody looks for.",
        "NAME=VALUE.",
    ),
    "BD302": (
        "neither the network scripts nor NetworkManager look for a variable of that name.",
        "the variable that the remark names.",
    ),
    "BD303": (
        "the variable is ignored, or the link does not come up.",
        "a value of the kind that the remark names.",
    ),
    "BD304": (
        "without a prefix length it is taken from the address's old class, which is hardly"
        " ever the network's.",
        "PREFIX=24, or NETMASK.",
    ),
    "BD305": (
        "a bond is a virtual link: without a name nobody can make it.",
        "DEVICE=bond0.",
    ),
    "BD306": (
        "a bond without ports has no link; the ports may stand in files that were not named.",
        "name the folder that holds all files of the bond.",
    ),
    "BD307": (
        "one default route counts; which of two is chosen is not what the file says.",
        "one GATEWAY.",
    ),
    "BD308": (
        "the bond of this port is not here: it may stand in a file that was not named.",
        "name the folder that holds all files of the bond.",
    ),
    "BD309": (
        "one interface of a name is made, from either file.",
        "keep one of the files.",
    ),
    "BD390": (
        "Red Hat Enterprise Linux 9 and later, and Fedora, read no ifcfg files unless a"
        " package is added.",
        "keyfiles: hatools convert DIR --to keyfile.",
    ),
}  # fmt: skip
_WRITING = ("BD390",)  # said of what is written, not of what is read


REMARKS = tuple(
    Remark.explained(
        code, CODES[code], page, "man nm-settings-ifcfg-rh.", ("ifcfg",), code in _WRITING
    )
    for code, page in _PAGES.items()
)
