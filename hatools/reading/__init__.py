"""Gets from a text to what it means: which language, which version, which files."""

from hatools.reading.meaning import (
    guarded,
    program_version,
    read,
    remarks_of,
    unused_settings,
)
from hatools.reading.recognition import named, recognise

__all__ = [
    "guarded",
    "named",
    "program_version",
    "read",
    "recognise",
    "remarks_of",
    "unused_settings",
]
