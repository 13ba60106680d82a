"""Gets from a text to what it means: which language, which version, which files."""

from hatools.reading.files import Folder
from hatools.reading.meaning import (
    guarded,
    program_version,
    read,
    read_back,
    remarks_of,
    unused_settings,
)
from hatools.reading.recognition import language, named, recognise

__all__ = [
    "Folder",
    "guarded",
    "language",
    "named",
    "program_version",
    "read",
    "read_back",
    "recognise",
    "remarks_of",
    "unused_settings",
]
