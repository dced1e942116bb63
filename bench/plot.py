"""A bar chart as SVG: one bar per row, and a line from the lowest round to the highest."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from statistics import median

_WIDTH, _LEFT, _RIGHT = 820, 270, 90
_ROW, _TOP = 26, 44
_OURS, _THEIRS = "#b8442c", "#8a96a3"


def bars(title: str, values: Sequence[tuple[str, Sequence[float]]], ours: str) -> str:
    """Return the chart; rows whose label has `ours` in it stand out."""
    longest = max(max(found) for _, found in values)
    scale = (_WIDTH - _LEFT - _RIGHT) / longest
    height = _TOP + _ROW * len(values) + 10
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" '
        'font-family="system-ui, sans-serif" font-size="13" role="img">',
        f"<title>{escape(title)}</title>",
        f'<rect width="{_WIDTH}" height="{height}" fill="#fff"/>',
        f'<text x="16" y="26" font-size="16" font-weight="600" fill="#222">{escape(title)}</text>',
    ]
    for number, (label, found) in enumerate(values):
        lines += _bar(_TOP + number * _ROW, label, found, scale, ours in label)
    return "\n".join([*lines, "</svg>"]) + "\n"


def _bar(y: int, label: str, found: Sequence[float], scale: float, ours: bool) -> list[str]:
    middle = y + _ROW // 2
    length = median(found) * scale
    low, high = _LEFT + min(found) * scale, _LEFT + max(found) * scale
    color = _OURS if ours else _THEIRS
    return [
        f'<text x="{_LEFT - 8}" y="{middle + 4}" text-anchor="end" fill="#222">'
        f"{escape(label)}</text>",
        f'<rect x="{_LEFT}" y="{y + 4}" width="{length:.1f}" height="{_ROW - 8}" fill="{color}"/>',
        f'<line x1="{low:.1f}" x2="{high:.1f}" y1="{middle}" y2="{middle}" stroke="#222"/>',
        f'<text x="{max(_LEFT + length, high) + 6:.1f}" y="{middle + 4}" fill="#222">'
        f"{median(found):,.0f}</text>",
    ]
