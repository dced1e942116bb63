"""What runs the `console` blocks of the documentation that are marked `<!-- run -->`.

A line that begins with `$` is a command; the lines below it are in its output, in this order, with
`...` for what is left out. A command that shows none has to succeed. `brubeck` and `python` are
those of the tests, `cd` lasts until the end of the page, and what `pip install -e` would do is made
up, so that no page needs a network.
"""

import os
import re
import shlex
import subprocess
import sys
import tempfile
from pathlib import Path

from brubeck_testkit.distributions import fake_installation

PROGRAMS = {"brubeck": [sys.executable, "-m", "brubeck_core"], "python": [sys.executable]}


def console(block, name, line):
    """Run the commands of a block, which begins on `line` of the page `name`."""
    for number, text in enumerate(re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]):
        command, _, shown = text.partition("\n")
        words = shlex.split(command, comments=True)
        output, status = perform(words)
        wanted = ".*".join(re.escape(part.strip()) for part in re.split(r"\.\.\.|\n", shown))
        where = f"{name}, the block at line {line}, command {number + 1}: {command}\n{output}"
        assert re.search(wanted, output, re.DOTALL), f"{where}\nis not:\n{shown}"
        assert status == 0 or shown.strip(), where


def perform(words):
    """Do what a command does; return what it prints and its exit status."""
    if words[0] == "cd":
        os.chdir(words[1])
        return "", 0
    if words[:4] == ["python", "-m", "pip", "install"]:
        install(Path.cwd())
        return "", 0
    done = subprocess.run(
        [*PROGRAMS[words[0]], *words[1:]],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=120,
        check=False,
    )
    return done.stdout, done.returncode


def install(folder):
    """Make up the installation of the project in a folder, for this process and its commands."""
    site = Path(tempfile.mkdtemp(dir=folder.parent))
    paths = [str(path) for path in fake_installation(site, folder)]
    sys.path[:0] = paths
    os.environ["PYTHONPATH"] = os.pathsep.join([*paths, os.environ.get("PYTHONPATH", "")])
