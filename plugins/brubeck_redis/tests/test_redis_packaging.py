"""The distribution keeps what every plugin's distribution promises."""

from brubeck_testkit.packaging import PackagingSuite


class TestPackaging(PackagingSuite):
    distribution = "brubeck-redis"
