"""What the user says about metrics: the table ``[plugin.prometheus]`` of hatools.toml."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import NamedTuple

from hatools.errors import BadSetting
from hatools.plugin.pages import is_loopback
from hatools.plugin.secrets import read_token
from hatools.plugin.tables import fill

TABLE = "plugin.prometheus"


class PrometheusSettings(NamedTuple):
    """The keys of ``[plugin.prometheus]``."""

    listen: str = ""
    compat: bool = False
    token: str = ""
    token_file: str = ""


class Serving(NamedTuple):
    """Where it listens itself (None: it does not), to whom, and whether other names are added."""

    place: tuple[str, int] | None
    token: str
    compatible: bool


def read(told: Mapping[str, object]) -> Serving:
    """Return what *told* says; raises `BadSetting`.

    Where no ``listen`` is said it does not listen: the interface has its page.
    """
    settings = fill(PrometheusSettings, told, TABLE)
    token = _token(settings)
    if "listen" not in told:
        if token:
            raise BadSetting(
                f"[{TABLE}] has a token, and does not listen itself",
                "the interface, where /metrics is, wants the token of [watch]",
            )
        return Serving(None, "", settings.compat)
    place = _place(settings.listen)
    if not token and not is_loopback(place[0]):
        raise BadSetting(
            f"[{TABLE}] listens beyond this host, at {place[0]}, and everybody could read it",
            'set token = "…", and credentials under authorization in prometheus.yml',
        )
    return Serving(place, token, settings.compat)


def _place(said: str) -> tuple[str, int]:
    host, colon, port = said.rpartition(":")
    if colon and host and port.isdigit() and int(port) < 65536:
        return host.strip("[]"), int(port)
    raise BadSetting(f"[{TABLE}] listen is no address", 'write "127.0.0.1:9650"')


def _token(settings: PrometheusSettings) -> str:
    if not settings.token_file:
        return settings.token
    return read_token(settings.token_file, f"[{TABLE}] token-file", os.environ, open)
