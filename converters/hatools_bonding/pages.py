"""The pages about what the reader of bonds that run remarks: one for each of its codes."""

from __future__ import annotations

from hatools.plugin import Remark
from hatools_bonding.reader import CODES

_PAGES = {  # why it matters, what to write instead
    "BD401": (
        "the driver shows no such line: the text is cut, edited, or something else.",
        "what /proc/net/bonding, /sys/class/net/*/bonding or ip -d link shows, as it is.",
    ),
    "BD402": (
        "/proc/net/bonding/bond0 tells the name by its file alone; bond0 is taken.",
        "name the file as the bond is called.",
    ),
    "BD403": (
        "Linux gives no interface such a name: 15 characters, no blanks, no / or :.",
        "the text as the kernel shows it.",
    ),
    "BD404": (
        "ip link without -d shows that there is a bond and not how it is set up.",
        "ip -d link show, or ip -d -j link show.",
    ),
}  # fmt: skip


REMARKS = tuple(
    Remark.explained(
        code,
        CODES[code],
        page,
        "the kernel's Documentation/networking/bonding.rst.",
        ("bonding-state",),
    )
    for code, page in _PAGES.items()
)
