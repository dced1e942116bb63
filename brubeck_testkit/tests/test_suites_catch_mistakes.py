"""Each suite notices each thing that can be wrong, by the one test that is meant for it.

A file of the folder `wrong` has an implementation that is right, and others that are wrong in one
way each; their test classes say under `meant_for` which standard test is to notice. Every standard
test has a mistake that it notices, but for those that a file names as `waived`.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from brubeck_testkit.interpreter import run_python

WRONG = Path(__file__).parent / "wrong"

#: Prints, for each test class, which test it is meant for and which tests have failed.
RUN = """
import json, sys
import pytest

classes, standard = {}, set()

class Judge:
    def pytest_itemcollected(self, item):
        standard.update(item.cls.standard_tests() - getattr(item.cls, "waived", set()))
        classes.setdefault(item.cls.__name__, (item.cls.meant_for, []))

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self, item, call):
        report = yield
        meant_for, failed = classes[item.cls.__name__]
        if report.failed and item.originalname not in failed:
            failed.append(item.originalname)
        return report

options = ["-q", "--tb=line", "-p", "no:cacheprovider", "-o", "filterwarnings=", "-o", "addopts="]
pytest.main([*options, sys.argv[1]], plugins=[Judge()])
print()
print(json.dumps({"classes": classes, "standard": sorted(standard)}))
"""


@pytest.mark.parametrize("file", sorted(WRONG.glob("*.py")), ids=lambda file: file.stem)
def test_a_mistake_fails_the_test_meant_for_it_and_no_other(file, tmp_path):
    done = run_python(RUN, args=[str(file)], cwd=tmp_path, timeout=300)
    print(done.stdout, done.stderr)
    found = json.loads(done.stdout.splitlines()[-1])
    meant = {name: [meant_for] for name, (meant_for, _) in found["classes"].items()}
    failed = {name: failed for name, (_, failed) in found["classes"].items()}
    assert failed == {**meant, "TestRight": []}
    guarded = {meant_for for meant_for, _ in found["classes"].values()}
    assert set(found["standard"]) - guarded == set()
