"""url_param: by the value of a parameter in the request's query."""

from __future__ import annotations

from hatools.plugin import Connection
from hatools_schedulers.hashed import URI, Hashed, encoded


class UrlParam(Hashed):
    """A parameter in a body (``check_post``) is the fact ``url_param(NAME)``."""

    needs_key_when_alone = True

    def key(self, connection: Connection) -> bytes | None:
        """Return the first value of the parameter."""
        name = self.argument
        query = connection.facts.get(URI, "").partition("?")[2]
        for part in query.split("&"):
            if part.startswith(f"{name}="):
                return encoded(part[len(name) + 1 :])
        value = connection.facts.get(f"url_param({name})")
        return None if value is None else encoded(value)
