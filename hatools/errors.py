"""The one tree of errors: an exception means that we cannot go on.

A fault in the user's text is a `hatools.text.Diagnostic`, never an exception.
"""

from __future__ import annotations


class HatoolsError(Exception):
    """Base of everything hatools raises on purpose; *advice* says what to do about it."""

    def __init__(self, message: str, advice: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.advice = advice


class UnreadableInput(HatoolsError):
    """A file cannot be read, or what is in it cannot be a configuration."""


class UnknownFormat(HatoolsError):
    """No format, or more than one, fits a file or a name."""


class NeedsPlace(HatoolsError):
    """A configuration says different things in different places and none was named.

    *choices* are the names to choose from, as written in the configuration.
    """

    def __init__(self, message: str, advice: str = "", choices: tuple[str, ...] = ()) -> None:
        super().__init__(message, advice)
        self.choices = choices


class NothingToWrite(HatoolsError):
    """A conversion has nothing left that the target language can say."""


class BrokenLaw(HatoolsError):
    """What was written does not read back as what was meant: a fault of hatools itself."""


class BadSetting(HatoolsError, ValueError):
    """A `--set KEY=VALUE`, a version or an option has a value that cannot be used."""


class PluginProblem(HatoolsError):
    """A plugin cannot be used; the message names it and says why."""
