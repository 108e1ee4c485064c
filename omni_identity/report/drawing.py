"""Pieces of SVG: shapes and words as text, in colours that colour-blind readers tell apart and print keeps apart."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

INK, FAINT, GRID = "#222222", "#666666", "#d9d9d9"
BLUE, ORANGE, GREEN, RED, SKY, PINK, YELLOW, GREY = (
    *("#0072b2", "#e69f00", "#009e73", "#d55e00"),
    *("#56b4e9", "#cc79a7", "#f0e442", "#9a9a9a"),
)
"""Okabe and Ito's palette (Color Universal Design, 2008), and a grey."""
CYCLE = (BLUE, ORANGE, GREEN, PINK, SKY, RED, YELLOW)
CHARACTER_WIDTH = 7.3
"""Of a character at the usual size, in units of the picture."""


def rectangle(x: float, y: float, width: float, height: float, fill: str) -> str:
    """A filled rectangle; a negative size counts as none."""
    size = f'width="{max(width, 0):.1f}" height="{max(height, 0):.1f}"'
    return f'<rect x="{x:.1f}" y="{y:.1f}" {size} fill="{fill}"/>'


def circle(x: float, y: float, radius: float, fill: str, stroke: str | None = None) -> str:
    """A disc, or with ``stroke`` a ring."""
    edge = f' stroke="{stroke}" stroke-width="2"' if stroke else ""
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius:.1f}" fill="{fill}"{edge}/>'


def line(start: tuple[float, float], end: tuple[float, float], stroke: str, width: float) -> str:
    """A straight line."""
    ends = f'x1="{start[0]:.1f}" y1="{start[1]:.1f}" x2="{end[0]:.1f}" y2="{end[1]:.1f}"'
    return f'<line {ends} stroke="{stroke}" stroke-width="{width:.1f}"/>'


def words(x: float, y: float, content: str, anchor: str = "start", fill: str = INK) -> str:
    """One line of text whose ``anchor`` (start, middle, end) is at ``x`` and whose middle is at ``y``."""
    place = f'x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" dominant-baseline="central"'
    return f'<text {place} fill="{fill}">{escape(content)}</text>'


def band(left: tuple[float, float], right: tuple[float, float], width: float, fill: str) -> str:
    """A band of even width that leaves one upper corner and comes in at another, both level."""
    (x, y), (u, v) = left, right
    middle = (x + u) / 2
    there = f"M{x:.1f},{y:.1f} C{middle:.1f},{y:.1f} {middle:.1f},{v:.1f} {u:.1f},{v:.1f}"
    down = f"L{u:.1f},{v + width:.1f}"
    back = f"C{middle:.1f},{v + width:.1f} {middle:.1f},{y + width:.1f} {x:.1f},{y + width:.1f} Z"
    return f'<path d="{there} {down} {back}" fill="{fill}" fill-opacity="0.45"/>'


def picture(width: float, height: float, parts: Iterable[str], label: str) -> str:
    """The whole SVG; ``label`` says its content to whoever does not see it."""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height:.0f}" role="img"'
        f' aria-label="{escape(label)}" font-family="system-ui, sans-serif" font-size="12">'
        f"{''.join(parts)}</svg>"
    )


def room_for(labels: Iterable[str]) -> float:
    """How much width the longest of the labels needs."""
    return CHARACTER_WIDTH * max((len(label) for label in labels), default=0) + 10
