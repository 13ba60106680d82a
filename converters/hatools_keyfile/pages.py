"""The pages about what the reader and the writer of keyfiles remark, one for each code."""

from __future__ import annotations

from hatools.plugin import Remark
from hatools_keyfile.faults import CODES

_PAGES = {  # why it matters, what to write instead
    "BD201": (
        "NetworkManager refuses the whole file, and the bond is not there after the next"
        " start.",
        "KEY=VALUE, [group] or a line that begins with #.",
    ),
    "BD202": (
        "NetworkManager ignores the key without a word.",
        "a key of nm-settings-keyfile(5); the remark names the nearest.",
    ),
    "BD203": (
        "NetworkManager refuses the whole file because of it.",
        "a value of the kind that the remark names.",
    ),
    "BD204": (
        "keyfiles know true and false; with another word NetworkManager takes the default.",
        "true or false.",
    ),
    "BD205": (
        "NetworkManager refuses the whole file: a group with addresses must say where they"
        " come from.",
        "method=manual, auto or disabled.",
    ),
    "BD206": (
        "NetworkManager refuses the whole file: manual means the addresses that stand here.",
        "address1=ADDRESS/PREFIX.",
    ),
    "BD207": (
        "a bond is a virtual link: without a name NetworkManager cannot make it.",
        "interface-name=bond0 in [connection].",
    ),
    "BD208": (
        "a bond without ports has no link; the ports may stand in files that were not named.",
        "name the folder that holds all files of the bond.",
    ),
    "BD209": (
        "one default route of a family counts; which of two is chosen is not what the file"
        " says.",
        "one gateway for each family.",
    ),
    "BD210": (
        "the bond of this port is not here: it may stand in a file that was not named.",
        "name the folder that holds all files of the bond.",
    ),
    "BD211": (
        "NetworkManager makes one interface of a name; which file it takes is a matter of"
        " chance and of autoconnect-priority.",
        "keep one of the files.",
    ),
    "BD290": (
        "NetworkManager ignores keyfiles that others than root may read.",
        "chmod 600, chown root: as `hatools convert` writes them.",
    ),
}  # fmt: skip
_WRITING = ("BD290",)  # said of what is written, not of what is read


REMARKS = tuple(
    Remark.explained(
        code, CODES[code], page, "man nm-settings-keyfile.", ("keyfile",), code in _WRITING
    )
    for code, page in _PAGES.items()
)
