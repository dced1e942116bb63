"""Fixtures of the core's tests."""

from brubeck_testkit.distributions import install_distribution

__all__ = ["install_distribution"]
