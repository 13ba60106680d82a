"""Who may ask a watch: its token, and the certificate that it shows."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING

from hatools.errors import BadSetting
from hatools.plugin import secrets
from hatools.plugin.secrets import ADVICE, Secret

if TYPE_CHECKING:
    import ssl

SHORT = 16  # characters of a token that can be guessed


def read_token(path: str) -> Secret:
    """Return the token in the file *path*, or in systemd's credential; raises `BadSetting`."""
    return secrets.read_token(path, "", os.environ, open)


def doubts(path: str, secret: str) -> list[str]:
    """Return what makes the *secret* in the file *path* less of one."""
    found = []
    try:
        kept = next(filter(os.path.exists, secrets.places(path, os.environ)), path)
        mode = os.stat(kept).st_mode
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
