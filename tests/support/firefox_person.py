"""Somebody in front of Firefox: windows that share cookies and storage, and what went wrong."""

from dataclasses import dataclass, field
from typing import Any

from tests.support.bidi import Connection
from tests.support.browser import PHONE
from tests.support.firefox_window import Window

HEIGHT = 844


@dataclass
class Person:
    """Opens windows, and remembers every request and every error of theirs.

    `problems` holds breaches of the content security policy, script errors, what the page wrote
    to the console as an error, and requests to other hosts; `asked` method and address of all
    requests in their order.
    """

    connection: Connection
    who: str
    base_url: str
    problems: list[str] = field(default_factory=list)
    asked: list[tuple[str, str]] = field(default_factory=list)
    windows: dict[str, Window] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.connection.handlers.append(self._told)

    def window(self, width: int = PHONE, height: int = HEIGHT) -> Window:
        """Open a new window with an empty page."""
        opened = self.connection.send("browsingContext.create", type="window", userContext=self.who)
        window = Window(self.connection, str(opened["context"]), self.base_url)
        self.windows[window.number] = window
        window.resize(width, height)
        return window

    def add_cookie(self, name: str, value: str) -> None:
        """Let this person hold a cookie of the server that scripts cannot read."""
        host = self.base_url.removeprefix("http://").partition(":")[0]
        content = {"type": "string", "value": value}
        cookie = {"name": name, "value": content, "domain": host, "path": "/"}
        cookie |= {"httpOnly": True, "sameSite": "lax"}
        partition = {"type": "storageKey", "userContext": self.who}
        self.connection.send("storage.setCookie", cookie=cookie, partition=partition)

    def leave(self) -> None:
        """Close every window, and forget the cookies and the storage of whoever has their own."""
        for number, window in list(self.windows.items()):
            window.close()
            del self.windows[number]
        self.connection.handlers.remove(self._told)
        if self.who != "default":
            self.connection.send("browser.removeUserContext", userContext=self.who)

    def _told(self, event: str, told: dict[str, Any]) -> None:
        if event == "network.beforeRequestSent" and told["context"] in self.windows:
            self._asked(told["request"]["method"], told["request"]["url"])
        elif told.get("source", {}).get("context") in self.windows and told["level"] == "error":
            self.problems.append(f"{told['type']}: {told['text']}")

    def _asked(self, method: str, url: str) -> None:
        self.asked.append((method, url))
        if not url.startswith((self.base_url, "data:", "blob:", "about:")):
            self.problems.append(f"request to another host: {url}")
