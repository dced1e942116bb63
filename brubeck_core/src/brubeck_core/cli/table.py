"""Print rows for people."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import click


def print_table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print rows in columns under their heads; the last column is as wide as it is."""
    lines = [tuple(head.upper() for head in heads), *rows]
    widths = [max(len(line[column]) for line in lines) for column in range(len(heads))]
    for line in lines:
        cells = [text.ljust(width) for text, width in zip(line, widths, strict=True)]
        click.echo("  ".join(cells).rstrip())
