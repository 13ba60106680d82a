"""Who may ask a watch: its token, and the certificate that it shows."""

from __future__ import annotations

import os
import re
import stat
from typing import TYPE_CHECKING

from hatools.errors import BadSetting

if TYPE_CHECKING:
    import ssl

SENDABLE = re.compile(r"[\x21-\x7e]+")  # what a header can carry without quotes
SHORT = 16  # characters of a token that can be guessed
LONGEST = 4096  # characters
ADVICE = "head -c 32 /dev/urandom | base64 >FILE; chmod 600 FILE"


class Secret(str):
    """A text that shows itself to nobody who prints the record it is in."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "'********'"


def read_token(path: str) -> Secret:
    """Return the token in the file *path*; raises `BadSetting`.

    A relative name is a credential's where systemd gives some (LoadCredential).
    """
    folder = os.environ.get("CREDENTIALS_DIRECTORY", "")
    if folder and not os.path.isabs(path) and os.path.exists(os.path.join(folder, path)):
        path = os.path.join(folder, path)
    try:
        with open(path, encoding="utf-8") as file:
            return token(path, file.read(LONGEST).strip())
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is no text"
        raise BadSetting(f"{path}: the token cannot be read: {why}", ADVICE) from None


def token(where: str, text: str) -> Secret:
    """Return *text* as a token; raises `BadSetting` for what no header could carry."""
    if not SENDABLE.fullmatch(text):
        what = "is not one word of ASCII" if text else "is empty"
        raise BadSetting(f"{where}: the token {what}", ADVICE)
    return Secret(text)


def doubts(path: str, secret: str) -> list[str]:
    """Return what makes the *secret* in the file *path* less of one."""
    found = []
    try:
        mode = os.stat(path).st_mode
    except OSError:
        mode = 0
    if stat.S_ISREG(mode) and mode & 0o007:
        found.append(f"{path} holds a token and is open to every user: chmod o= {path}")
    if 0 < len(secret) < SHORT:
        found.append(f"{path}: the token has {len(secret)} characters and can be guessed: {ADVICE}")
    return found


def server_tls(certificate: str, key: str) -> ssl.SSLContext | None:
    """Return how the interface speaks TLS, None for not at all; raises `BadSetting`.

    *certificate* is a file with the chain, *key* one with its key, perhaps the same.
    """
    if not certificate:
        return None
    import ssl

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    try:
        context.load_cert_chain(certificate, key or None, password=lambda: b"")
    except (OSError, ValueError) as error:  # SSLError is an OSError
        why = error.strerror if isinstance(error, OSError) and error.strerror else error
        raise BadSetting(f"[watch] tls-certificate: {certificate}: {why}") from None
    return context
