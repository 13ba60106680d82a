"""Asks a running watch over its API."""

from __future__ import annotations

import json
from collections.abc import Mapping
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Any
from urllib.parse import urlencode, urlsplit

from hatools.errors import BadSetting, UnreadableInput
from hatools.watch.settings import API_PORT

PATIENCE = 5.0  # seconds for an answer, beside those that it was asked to wait
LARGEST = 256 << 20  # bytes of an answer
ADVICE = "write ADDRESS:PORT or a URL: 192.0.2.3:9651, https://192.0.2.3:9651"


class Refused(UnreadableInput):
    """The watch is there, and does not want to tell us."""


class Watch:
    """The watch at *url*, or at ADDRESS:PORT; it is shown *token*, if there is one.

    Over TLS it has to have a certificate that *ca_file*, else the system, vouches for.
    """

    def __init__(self, url: str, token: str = "", ca_file: str = "") -> None:
        self.url = url if "://" in url else _written(url)
        try:
            parts = urlsplit(self.url)
            self._host, self._port = parts.hostname or "", parts.port or API_PORT
        except ValueError:
            self._host = ""
        if not self._host or parts.scheme not in ("http", "https"):
            raise BadSetting(f"{url} is no address of a watch", ADVICE)
        self._tls = _tls(ca_file) if parts.scheme == "https" else None
        self._base = parts.path.rstrip("/")
        self._token = token

    def status(self) -> dict[str, Any]:
        """Return its status; raises OSError where it does not answer."""
        found = self._ask("/api/v1/status", {}, 0.0)
        if not isinstance(found.get("objects"), list):
            raise OSError("it is no watch")
        found["objects"] = [one for one in found["objects"] if isinstance(one, dict)]
        return found

    def events(self, run: object, since: object, wait: float) -> dict[str, Any]:
        """Return what happened after event *since* of *run*, waiting up to *wait* seconds for it.

        Raises OSError where it does not answer.
        """
        query = {"run": run, "since": since, "wait": int(wait)}
        found = self._ask("/api/v1/events", query, wait)
        if not isinstance(found.get("events"), list):
            raise OSError("it is no watch")
        found["events"] = [one for one in found["events"] if isinstance(one, dict)]
        return found

    def _ask(self, path: str, query: Mapping[str, object], wait: float) -> dict[str, Any]:
        patience = PATIENCE + wait
        if self._tls is None:
            connection = HTTPConnection(self._host, self._port, timeout=patience)
        else:
            connection = HTTPSConnection(
                self._host, self._port, timeout=patience, context=self._tls
            )
        headers = {"Authorization": f"Bearer {self._token}"} if self._token else {}
        try:
            asked = f"{self._base}{path}" + (f"?{urlencode(query)}" if query else "")
            connection.request("GET", asked, headers=headers)
            answer = connection.getresponse()
            body = answer.read(LARGEST)
            if answer.status in (401, 403):
                raise Refused(f"the watch at {self.url} {_refusal(body)}", "--token-file FILE")
            found = json.loads(body)
        except (HTTPException, ValueError, RecursionError) as error:
            raise OSError(f"no watch: {error}") from None
        finally:
            connection.close()
        if not isinstance(found, dict):
            raise OSError("it is no watch")
        return found


def _refusal(body: bytes) -> str:
    try:
        return f"refuses: {json.loads(body)['error']}"
    except (ValueError, KeyError, TypeError, RecursionError):
        return "refuses"


def _written(text: str) -> str:
    """Return the URL that ``192.0.2.3``, ``192.0.2.3:9651`` or ``2001:db8::1`` means."""
    bare = text.count(":") > 1 and not text.startswith("[")
    return f"http://[{text}]" if bare else f"http://{text}"


def _tls(ca_file: str) -> Any:
    import ssl

    try:
        return ssl.create_default_context(cafile=ca_file or None)
    except OSError as error:
        raise BadSetting(f"{ca_file}: {error.strerror or error}") from None
