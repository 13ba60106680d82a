"""Tokens and passwords that stand in files, systemd's credentials among them."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Mapping
from typing import IO

from hatools.errors import BadSetting

Opener = Callable[..., IO[str]]

SENDABLE = re.compile(r"[\x21-\x7e]+")  # what a header can carry without quotes
LONGEST = 4096  # characters
ADVICE = "head -c 32 /dev/urandom | base64 >FILE; chmod 600 FILE"


class Secret(str):
    """A text that shows itself to nobody who prints the record it is in."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "'********'"


def places(path: str, environment: Mapping[str, str]) -> list[str]:
    """Return where the file *path* may be: a relative name may be a systemd credential's."""
    folder = environment.get("CREDENTIALS_DIRECTORY", "")  # systemd.exec(5), LoadCredential
    return [posixpath.join(folder, path), path] if folder else [path]


def read_secret(path: str, where: str, environment: Mapping[str, str], opener: Opener) -> Secret:
    """Return what is in the file *path*, without the line's end; raises `BadSetting`.

    *where* says whose it is: ``[plugin.email] password-file: FILE``; *environment*
    and *opener* are `os.environ` and `open`.
    """
    for place in places(path, environment):
        try:
            with opener(place, encoding="utf-8") as file:
                text = file.read(LONGEST + 1)
            break
        except FileNotFoundError as error:
            why = error.strerror
        except (OSError, ValueError) as error:  # no text, no path
            why = error.strerror if isinstance(error, OSError) else "it is no text"
            raise BadSetting(f"{where} cannot be read: {why}") from None
    else:
        raise BadSetting(f"{where} cannot be read: {why}")
    if len(text) > LONGEST:
        raise BadSetting(f"{where} is longer than {LONGEST} characters")
    return Secret(text.strip("\r\n"))


def read_token(path: str, where: str, environment: Mapping[str, str], opener: Opener) -> Secret:
    """Return the token in the file *path*; raises `BadSetting`.

    *where* is the setting that names it, such as ``[plugin.prometheus] token-file``,
    or empty; the others are those of `read_secret`.
    """
    where = f"{where}: {path}" if where else path
    try:
        text = read_secret(path, f"{where}: the token", environment, opener)
    except BadSetting as error:
        raise BadSetting(error.message, ADVICE) from None
    return token(where, text.strip())


def token(where: str, text: str) -> Secret:
    """Return *text* as a token; raises `BadSetting` for what no header could carry."""
    if not SENDABLE.fullmatch(text):
        what = "is not one word of ASCII" if text else "is empty"
        raise BadSetting(f"{where}: the token {what}", ADVICE)
    return Secret(text)
