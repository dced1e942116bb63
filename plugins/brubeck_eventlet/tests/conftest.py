"""Run alone, these tests patch for eventlet; in a larger run the environment says."""

import pytest
from brubeck_testkit.plugin import prepare_if_alone


def pytest_configure(config: pytest.Config) -> None:
    prepare_if_alone("eventlet", config, __file__)
