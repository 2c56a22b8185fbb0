"""Notes what reaches the server, as the server sees it: which connection, which headers."""

from dataclasses import dataclass

from flask import Flask


@dataclass(frozen=True, slots=True)
class Request:
    """One request: `port` is that of the visitor's side, so equal ports are one connection."""

    method: str
    path: str
    query: str
    port: str
    length: int
    headers: dict[str, str]


class Recorder:
    """Stands before the application from its making on."""

    def __init__(self, app: Flask) -> None:
        self.requests: list[Request] = []
        self._inner = app.wsgi_app
        app.wsgi_app = self

    def __call__(self, environ, start_response):
        self.requests.append(
            Request(
                environ["REQUEST_METHOD"],
                environ["PATH_INFO"],
                environ.get("QUERY_STRING", ""),
                str(environ["REMOTE_PORT"]),
                int(environ.get("CONTENT_LENGTH") or 0),
                {name: value for name, value in environ.items() if name.startswith("HTTP_")},
            )
        )
        return self._inner(environ, start_response)

    def of(self, path: str) -> list[Request]:
        """Give the requests to a path, in order."""
        return [request for request in self.requests if request.path == path]

    def ports(self, *paths: str) -> set[str]:
        """Give the connections over which these were asked for."""
        return {request.port for path in paths for request in self.of(path)}
