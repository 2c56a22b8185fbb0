"""Every text colour can be read on every surface that it stands on, in both themes (WCAG AA)."""

import re
from pathlib import Path

import pytest

TOKENS = Path(__file__).parents[3] / "static" / "css" / "tokens.css"
TEXT, SIGN = 4.5, 3.0
SURFACES = ("paper", "surface", "sunk")
PAIRS = [
    *[(ink, surface, TEXT) for ink in ("ink", "ink-soft", "accent", "bad") for surface in SURFACES],
    *[("ink", f"{name}-wash", TEXT) for name in ("accent", "good", "warn", "bad", "quiet")],
    *[(name, f"{name}-wash", TEXT) for name in ("accent", "good", "warn", "bad", "quiet")],
    *[("ink-soft", f"{name}-wash", TEXT) for name in ("accent", "good", "warn", "bad")],
    *[(name, "surface", TEXT) for name in ("good", "warn", "quiet")],
    ("on-accent", "accent", TEXT),
    ("on-accent", "accent-strong", TEXT),
    ("accent-strong", "accent-wash", TEXT),
    *[("heat-ink", f"heat-{step}", TEXT) for step in range(1, 8)],
    *[("focus", surface, SIGN) for surface in SURFACES],
    *[("line-strong", surface, SIGN) for surface in SURFACES],
    *[(f"chart-{number}", "surface", SIGN) for number in (1, 2, 3)],
]


def themes() -> dict[str, dict[str, str]]:
    light, dark, _ = re.split(r"@media [^{]+\{", TOKENS.read_text())
    found = [dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", part)) for part in (light, dark)]
    return {"light": found[0], "dark": found[0] | found[1]}


def luminance(colour: str) -> float:
    channels = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("front", "back", "needed"), PAIRS)
def test_contrast(theme: str, front: str, back: str, needed: float) -> None:
    colours = themes()[theme]
    darker, lighter = sorted((luminance(colours[front]), luminance(colours[back])))
    ratio = (lighter + 0.05) / (darker + 0.05)
    assert ratio >= needed, f"{front} on {back}, {theme}: {ratio:.2f}"
