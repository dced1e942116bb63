"""The store of users in a CSV file: shared by processes, edited by people, never lost."""

from __future__ import annotations

import fcntl
import os
import stat
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from subprocess import CompletedProcess

import pytest
from brubeck_core.builtin import shared_file
from brubeck_core.builtin.csv_users import CsvUserStore
from brubeck_core.errors import ConfigError, StoreUnavailable
from brubeck_core.interfaces.concurrency import Concurrency
from brubeck_testkit.applications import MakeApp
from brubeck_testkit.users import UserStoreSuite

ANN = {"username": "ann", "email": "ann@example.com", "tags": ["jazz"]}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "users.csv"


@pytest.fixture
def store(path: Path) -> CsvUserStore:
    return CsvUserStore(str(path))


@contextmanager
def somebody_writing(path: Path) -> Iterator[None]:
    with path.with_name(f"{path.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


class TestCsvUserStore(UserStoreSuite):
    capabilities = {"shared"}

    @pytest.fixture
    def store(self, path: Path) -> CsvUserStore:
        return CsvUserStore(str(path))

    @pytest.fixture
    def another(self, path: Path) -> CsvUserStore:
        return CsvUserStore(str(path))


class TestCsvUserStoreOfAnApplication(UserStoreSuite):
    @pytest.fixture
    def store(self, path: Path, make_app: MakeApp) -> CsvUserStore:
        store = make_app(user_store=CsvUserStore(str(path))).user_store
        assert isinstance(store, CsvUserStore)
        return store


def test_the_file_is_a_sorted_table(store: CsvUserStore, path: Path) -> None:
    store.create({"username": "Bob", "is_active": True})
    store.create(ANN)
    assert path.read_text() == (
        "username,is_active,email,tags\n"
        'ann,,ann@example.com,"[""jazz""]"\n'
        "bob,true,,\n"
    )  # fmt: skip


def test_nothing_is_made_by_reading(store: CsvUserStore, tmp_path: Path) -> None:
    assert store.load("ann") is None
    assert list(tmp_path.iterdir()) == []


def test_no_other_files_are_left(store: CsvUserStore, tmp_path: Path) -> None:
    store.create(ANN)
    store.delete("ann")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["users.csv", "users.csv.lock"]


def test_a_person_edits_the_file(store: CsvUserStore, path: Path) -> None:
    store.create(ANN)
    path.write_text("username,email\nZoe,zoe@example.com\nann,new@example.com\n")
    assert store.load("zoe") == {"username": "zoe", "email": "zoe@example.com"}
    store.create({"username": "bob"})
    assert path.read_text().splitlines() == [
        "username,email",
        "ann,new@example.com",
        "bob,",
        "zoe,zoe@example.com",
    ]


@pytest.mark.parametrize("content", [b"name\nann\n", b"username\nann\nann\n", b"username\n\xff\n"])
def test_a_broken_file_is_reported_and_kept(
    store: CsvUserStore, path: Path, content: bytes
) -> None:
    path.write_bytes(content)
    calls: list[Callable[[], object]] = [
        lambda: store.load("ann"),
        lambda: store.create({"username": "bob"}),
        lambda: store.save(ANN),
        lambda: store.delete("ann"),
    ]
    for call in calls:
        with pytest.raises(ConfigError, match=r"users\.csv"):
            call()
    assert path.read_bytes() == content


def test_an_application_is_not_built_on_a_broken_file(path: Path, make_app: MakeApp) -> None:
    path.write_text("username\nann\n\nann\n")
    with pytest.raises(ConfigError, match=r"users\.csv, line 4: .* user_store\.csv\.path|line 4"):
        make_app(user_store=CsvUserStore(str(path)))


def test_an_application_is_not_built_without_the_folder(path: Path, make_app: MakeApp) -> None:
    with pytest.raises(ConfigError, match=r"user_store\.csv\.path"):
        make_app(user_store=CsvUserStore(str(path / "users.csv")))


def test_it_is_selected_by_its_name(path: Path, make_app: MakeApp) -> None:
    app = make_app(user_store={"use": "csv", "csv": {"path": str(path)}})
    app.user_store.create(ANN)
    assert path.exists()


def test_a_failed_write_changes_nothing(
    store: CsvUserStore, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.create(ANN)
    before = path.read_bytes()

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(shared_file.os, "fsync", full)
        with pytest.raises(StoreUnavailable, match="No space left"):
            store.create({"username": "bob"})
    assert path.read_bytes() == before
    assert sorted(each.name for each in path.parent.iterdir()) == ["users.csv", "users.csv.lock"]
    store.create({"username": "bob"})


def test_what_a_person_writes_meanwhile_is_kept(
    store: CsvUserStore, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.create(ANN)
    sync = os.fsync
    edits = iter(["username\nann\nzoe\n"])

    def edit_and_sync(descriptor: int) -> None:
        for text in edits:
            path.write_text(text)
            break
        sync(descriptor)

    monkeypatch.setattr(shared_file.os, "fsync", edit_and_sync)
    store.create({"username": "bob"})
    assert path.read_text() == "username\nann\nbob\nzoe\n"


def test_only_its_owner_reads_a_new_file(store: CsvUserStore, path: Path) -> None:
    store.create(ANN)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_file_keeps_its_rights_and_links(store: CsvUserStore, path: Path) -> None:
    target = path.with_name("target.csv")
    target.write_text("username\n")
    target.chmod(0o640)
    path.symlink_to(target)
    store.create(ANN)
    assert path.is_symlink()
    assert stat.S_IMODE(target.stat().st_mode) == 0o640
    assert "ann" in target.read_text()


def test_a_process_that_writes_for_long_is_reported_within_a_second(
    store: CsvUserStore, path: Path
) -> None:
    store.create(ANN)
    with somebody_writing(path):
        began = time.monotonic()
        with pytest.raises(StoreUnavailable, match=r"users\.csv"):
            store.delete("ann")
        assert time.monotonic() - began < 1.5
        assert store.load("ann") == ANN
    assert store.delete("ann") is True


def test_waiting_to_write_holds_up_no_other_task(
    path: Path, make_app: MakeApp, concurrency: Concurrency
) -> None:
    store = make_app(user_store=CsvUserStore(str(path)), concurrency=concurrency).user_store
    with somebody_writing(path):
        tasks = [
            concurrency.spawn(store.create, {"username": f"user {number}"}) for number in range(20)
        ]
        for _ in range(10):
            concurrency.sleep(0.01)
        assert not any(task.done() for task in tasks)
    for task in tasks:
        task.result(60)
    assert len(path.read_text().splitlines()) == 21


def test_several_processes_lose_nothing(
    store: CsvUserStore, path: Path, run_python: Callable[..., CompletedProcess[str]]
) -> None:
    code = f"""
import os
from brubeck_core.builtin.csv_users import CsvUserStore
from brubeck_core.errors import StoreUnavailable

store = CsvUserStore({str(path)!r})
children = []
for process in range(4):
    child = os.fork()
    if child == 0:
        for number in range(10):
            while True:
                try:
                    store.create({{"username": f"{{process}} {{number}}"}})
                    break
                except StoreUnavailable:
                    pass
        os._exit(0)
    children.append(child)
for child in children:
    assert os.waitpid(child, 0)[1] == 0
"""
    done = run_python(code)
    assert (done.returncode, done.stderr) == (0, "")
    lines = path.read_text().splitlines()[1:]
    assert lines == sorted(f"{process} {number}" for process in range(4) for number in range(10))
    assert store.load("3 9") == {"username": "3 9"}


def test_what_another_process_changes_is_seen_however_quickly(path: Path) -> None:
    reader, writer = CsvUserStore(str(path)), CsvUserStore(str(path))
    writer.create({"username": "ann", "n": 0})
    for number in range(1, 10):
        assert reader.load("ann") == {"username": "ann", "n": number - 1}
        writer.save({"username": "ann", "n": 9})
        writer.save({"username": "ann", "n": number})
