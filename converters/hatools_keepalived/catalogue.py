"""Lists the keywords of keepalived.conf as the plugin contract's records."""

from __future__ import annotations

from collections.abc import Iterator

from hatools.plugin.keywords import Keyword
from hatools_keepalived import keywords
from hatools_keepalived.keywords import Argument

SAID = {"max_length": "at most {} characters", "min_length": "at least {} characters"}


def catalogue() -> Iterator[Keyword]:
    """Yield every keyword once for all blocks where it is the same."""
    alike: dict[Keyword, list[str]] = {}
    for path, record in keywords.rows():
        place = "text language" if path == keywords.PARSER else "/".join(path) or "top"
        alike.setdefault(_listed(record), []).append(place)
    for listed, places in alike.items():
        yield listed._replace(places=tuple(places))


def _listed(record: keywords.Keyword) -> Keyword:
    """Return *record* without its place."""
    choices = [value for item in record.arguments for value in item.values]
    return Keyword(
        record.name,
        (),
        "block" if record.opens else record.kind,
        _form(record),
        tuple(dict.fromkeys(choices)),
        record.default,
        record.since,
        record.deprecated,
        record.removed,
        record.replaced_by,
        (record.alias,) if record.alias and record.alias != record.replaced_by else (),
        _note(record),
    )


def _form(record: keywords.Keyword) -> str:
    """Return the arguments as one form: ``<interval 1..86400 s> [<user>]``."""
    words = [_argument(item) for item in record.arguments if item.type != "block"]
    if record.endless and words:
        words[-1] += " …"
    return " ".join([*words, "{ … }"] if record.opens else words)


def _argument(item: Argument) -> str:
    text = "|".join(item.values) or " ".join([f"<{item.name}", *_bounds(item)]) + ">"
    if "prefix" in item.more:
        text = f"{item.more['prefix']}{text}"
    return f"[{text}]" if item.optional else text


def _bounds(item: Argument) -> Iterator[str]:
    """Yield type, range and unit of an argument, as far as its name does not say them."""
    if item.type not in (item.name, "string"):
        yield item.type
    low, high = (
        "" if bound is None else f"{bound:.6f}".rstrip("0").rstrip(".")
        for bound in (item.least, item.most)
    )
    if low or high:
        yield f"{low}..{high}"
    if "unit" in item.more and not (item.more["unit"] == "s" and item.type == "seconds"):
        yield item.more["unit"]


def _note(record: keywords.Keyword) -> str:
    parts = [record.note]
    parts += [
        said.format(item.more[key])
        for item in record.arguments
        for key, said in SAID.items()
        if key in item.more
    ]
    parts += [f"needs {record.needs} built in"] if record.needs else []
    parts += ["every one counts"] if record.repeats else []
    return "; ".join(filter(None, parts))
