"""The distribution is what its metadata says."""

from brubeck_testkit.packaging import PackagingSuite


class TestPackaging(PackagingSuite):
    distribution = "brubeck-mongo"
