"""Fixtures of the test kit for the tests that cross packages."""

from brubeck_testkit.distributions import install_distribution

__all__ = ["install_distribution"]
