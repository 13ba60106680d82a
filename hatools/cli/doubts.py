"""Says which configurations have errors, before something is worked out from them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from hatools.cli.messages import say

if TYPE_CHECKING:
    from hatools.reading.grouping import NodeMeaning


def errors_of(meant: Iterable[NodeMeaning]) -> dict[str, str]:
    """Return the errors in configurations as lines, by what they say without their places."""
    from hatools.reading.meaning import remarks_of
    from hatools.text import Severity

    return {
        f"{remark.code} {remark.message}": str(remark)
        for node in meant
        for _, reading in node.readings
        for remark in remarks_of(reading)
        if remark.severity is Severity.ERROR
    }


def say_errors(meant: Iterable[NodeMeaning]) -> None:
    """Name each file with errors: its program may not do what is worked out here."""
    told = set()
    for node in meant:
        for form, reading in node.readings:
            path = reading.expansion.documents[0].source.path
            errors = list(errors_of([node._replace(readings=((form, reading),))]).values())
            if errors and path not in told:
                told.add(path)
                more = f" (and {len(errors) - 1} more)" if errors[1:] else ""
                say(f"{errors[0]}{more}", "warning")
                program = form.program or "its program"
                say(f"  {program} may not do what follows; hatools lint {path} names all errors")
