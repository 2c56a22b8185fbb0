"""One window of Firefox: what a person does with it, by real movements and keys."""

import base64
import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from tests.support.bidi import Connection, Refused

PATIENCE = 15.0
CONTROL = "\ue009"
DELETE = "\ue017"
# What is clicked for an element: for a hidden radio button its label, as a person would.
AIM = """node => {
    const target = node.matches("[type=radio], [type=checkbox]") && node.labels[0] || node;
    target.scrollIntoView({block: "center", behavior: "instant"});
    return target;
}"""
# Whether a click into the middle of the element would reach it.
REACHED = """node => {
    const box = node.getClientRects()[0];
    if (!box) return false;
    const hit = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
    return node.contains(hit);
}"""
VISIBLE = "node => node.checkVisibility({opacityProperty: true, visibilityProperty: true})"

# An element is named by a CSS selector, or by role and accessible name: `("button", "Send")`.
Name = str | tuple[str, str]
Node = dict[str, Any]


@dataclass(frozen=True)
class Window:
    """A window. What it does waits until it can be done, and fails after PATIENCE."""

    connection: Connection
    number: str
    base_url: str

    def goto(self, address: str) -> None:
        """Open a page of the server, or any address that has a scheme."""
        url = self.base_url + address if address.startswith("/") else address
        self._send("browsingContext.navigate", url=url, wait="complete")

    def reload(self) -> None:
        self._send("browsingContext.reload", wait="complete")

    def close(self) -> None:
        """Close the window; closing it twice is no mistake."""
        if self._is_open():
            self._send("browsingContext.close")

    def resize(self, width: int, height: int) -> None:
        """Make the page as wide and as high as this, whatever the frame of the window."""
        self._send("browsingContext.setViewport", viewport={"width": width, "height": height})

    def screenshot(self, path: Path) -> None:
        """Draw the whole page into a PNG file."""
        taken = self._send("browsingContext.captureScreenshot", origin="document")
        path.write_bytes(base64.b64decode(taken["data"]))

    def evaluate(self, expression: str) -> Any:
        """Give what a JavaScript expression comes to; a promise is waited for."""
        return self._call(f"async () => ({expression})")

    def wait_until(self, expression: str) -> None:
        """Wait until a JavaScript expression is true, also over a change of pages."""
        self._wait(lambda: self.evaluate(expression), f"never came true: {expression}")

    def pause(self, seconds: float) -> None:
        """Let the page run on, where a test asserts that something does not happen."""
        self.evaluate(f"new Promise((done) => setTimeout(done, {seconds * 1000}))")

    def find(self, name: Name, within: Name | None = None) -> Node:
        """Give the first element of that name, as soon as it is there."""
        found = self._wait(lambda: self.all(name, within), f"not on the page: {name} in {within}")
        return cast(Node, found[0])

    def all(self, name: Name, within: Name | None = None) -> list[Node]:
        """Give the elements that have that name now."""
        start = {"startNodes": [_reference(self.find(within))]} if within else {}
        found = self._send("browsingContext.locateNodes", locator=_locator(name), **start)
        return cast(list[Node], found["nodes"])

    def text(self, name: Name) -> str:
        """Give the text of an element as it is drawn."""
        return str(self._call("async node => node.innerText", self.find(name)))

    def is_visible(self, name: Name) -> bool:
        """Whether an element is on the page and drawn."""
        found = self.all(name)
        return bool(found) and bool(self._call(f"async node => ({VISIBLE})(node)", found[0]))

    def click(self, name: Name, within: Name | None = None) -> None:
        """Press the left button of the mouse in the middle of an element, once that reaches it."""
        target = self._wait(lambda: self._target(name, within), f"hidden or covered: {name}")
        origin = {"type": "element", "element": _reference(target)}
        self._act(
            "pointer",
            {"type": "pointerMove", "x": 0, "y": 0, "origin": origin},
            {"type": "pointerDown", "button": 0},
            {"type": "pointerUp", "button": 0},
        )

    def fill(self, name: Name, text: str) -> None:
        """Click into a field and replace what stands there, key by key."""
        self.click(name)
        self._act("key", *_held(CONTROL, "a"), *_pressed(DELETE))
        self.type(text)

    def type(self, text: str) -> None:
        """Press keys, whatever has the focus."""
        self._act("key", *(action for sign in text for action in _pressed(sign)))

    def _send(self, method: str, **parameters: Any) -> dict[str, Any]:
        return self.connection.send(method, context=self.number, **parameters)

    def _is_open(self) -> bool:
        tree = self.connection.send("browsingContext.getTree", maxDepth=0)["contexts"]
        return any(context["context"] == self.number for context in tree)

    def _target(self, name: Name, within: Name | None) -> Node | None:
        """Give what is to be clicked for an element, or None while a click would not reach it."""
        target = self._node(AIM, self.find(name, within))
        return target if self._call(f"async node => ({REACHED})(node)", target) else None

    def _wait(self, look: Callable[[], Any], lacking: str) -> Any:
        """Look until there is something; while pages change, looking itself may be refused."""
        end = time.monotonic() + PATIENCE
        refusal: Refused | None = None
        while time.monotonic() < end:
            try:
                if found := look():
                    return found
            except Refused as refused:
                refusal = refused
            time.sleep(0.03)
        raise AssertionError(lacking) from refusal

    def _call(self, function: str, *nodes: Node) -> Any:
        """Call an asynchronous function and give its result by way of JSON."""
        wrapped = f"async (...given) => JSON.stringify(await ({function})(...given) ?? null)"
        return json.loads(self._run(wrapped, *nodes)["value"])

    def _node(self, function: str, *nodes: Node) -> Node:
        return self._run(function, *nodes)

    def _run(self, function: str, *nodes: Node) -> dict[str, Any]:
        called = self.connection.send(
            "script.callFunction",
            functionDeclaration=function,
            target={"context": self.number},
            arguments=[_reference(node) for node in nodes],
            awaitPromise=True,
        )
        if called["type"] == "exception":
            raise Refused(called["exceptionDetails"]["text"])
        return dict(called["result"])

    def _act(self, kind: str, *actions: dict[str, Any]) -> None:
        source = {"type": kind, "id": kind, "actions": list(actions)}
        self._send("input.performActions", actions=[source])


def _reference(node: Node) -> Node:
    return {"sharedId": node["sharedId"]}


def _locator(name: Name) -> dict[str, Any]:
    if isinstance(name, str):
        return {"type": "css", "value": name}
    role, called = name
    return {"type": "accessibility", "value": {"role": role, "name": called}}


def _pressed(key: str) -> list[dict[str, Any]]:
    return [{"type": "keyDown", "value": key}, {"type": "keyUp", "value": key}]


def _held(held: str, key: str) -> list[dict[str, Any]]:
    return [{"type": "keyDown", "value": held}, *_pressed(key), {"type": "keyUp", "value": held}]
