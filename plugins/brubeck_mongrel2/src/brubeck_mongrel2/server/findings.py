"""What a check of a configuration has to say."""

from __future__ import annotations

from dataclasses import dataclass

ERROR = "error"
WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Finding:
    """One trap.

    Args:
        level: ``"error"`` if the server will not start, or answers get lost or go astray;
            ``"warning"`` if it will work until it is busy, or until somebody tries to break it.
        where: the row, route or setting.
        problem: what is wrong and what comes of it.
        advice: what to do.
    """

    level: str
    where: str
    problem: str
    advice: str

    def __str__(self) -> str:
        return f"{self.level}: {self.where}: {self.problem}; {self.advice}"


def error(where: str, problem: str, advice: str) -> Finding:
    """Return a finding that must be mended."""
    return Finding(ERROR, where, problem, advice)


def warning(where: str, problem: str, advice: str) -> Finding:
    """Return a finding that should be mended."""
    return Finding(WARNING, where, problem, advice)
