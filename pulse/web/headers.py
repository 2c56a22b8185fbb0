"""Headers of every answer: a strict content policy, no referrer, and nothing personal in a cache.

Hand-written so that a reader sees all of them at once. Nothing may be loaded from another host,
no script or style may stand inside a page, and no other site may frame one.
"""

from flask import Flask, Response, request

from pulse.config import settings

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
FIXED = {
    "Content-Security-Policy": POLICY,
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Permissions-Policy": (
        "camera=(), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=()"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
TRANSPORT = "max-age=63072000; includeSubDomains"


def install(app: Flask) -> None:
    """Add the headers to every answer of the application; call it once."""
    # Flask would send the cookie of a lasting session again with every page, and so with the
    # pages of a survey as well, where no cookie may cross.
    app.config["SESSION_REFRESH_EACH_REQUEST"] = False
    app.after_request(_add)


def _add(response: Response) -> Response:
    for name, value in FIXED.items():
        response.headers.setdefault(name, value)
    if settings().https:
        response.headers.setdefault("Strict-Transport-Security", TRANSPORT)
    if request.endpoint != "static":
        response.headers.setdefault("Cache-Control", "no-store")
    return response
