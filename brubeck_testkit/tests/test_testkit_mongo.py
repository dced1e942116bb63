"""The Mongo server of the test kit: found or asked for, stopped and started."""

import shutil

import pytest
from brubeck_testkit.services import mongo
from brubeck_testkit.services.mongo import mongo_server as mongo_server

pymongo = pytest.importorskip("pymongo")


@pytest.mark.parametrize("ci", ["", "1"])
def test_without_a_program_the_report_says_what_to_install(monkeypatch, ci):
    monkeypatch.setattr(mongo.importlib.util, "find_spec", lambda name: None)
    monkeypatch.setattr(shutil, "which", lambda name: None)
    monkeypatch.setenv("CI", ci)
    outcome = pytest.fail.Exception if ci else pytest.skip.Exception
    with pytest.raises(outcome, match="pip install nx-27017"), mongo.serving_mongo():
        pass


def test_mongod_is_preferred(monkeypatch, tmp_path):
    monkeypatch.setattr(shutil, "which", lambda name: f"/programs/{name}")
    command = mongo._command(tmp_path, 5)
    assert command[0] == "/programs/mongod"
    assert "5" in command


def test_a_server_keeps_its_data_when_it_stops(mongo_server):
    with pymongo.MongoClient(mongo_server.url, serverSelectionTimeoutMS=500) as client:
        songs = client["testkit"]["songs"]
        songs.insert_one({"_id": "5"})
        mongo_server.stop()
        with pytest.raises(pymongo.errors.ConnectionFailure):
            songs.find_one()
        mongo_server.start()
        with pymongo.MongoClient(mongo_server.url) as another:
            assert another["testkit"]["songs"].find_one() == {"_id": "5"}


def test_a_paused_server_answers_when_it_is_started(mongo_server):
    with pymongo.MongoClient(mongo_server.url) as client:
        assert client.admin.command("ping")["ok"] == 1
        mongo_server.pause()
        with pytest.raises(pymongo.errors.PyMongoError), pymongo.timeout(0.3):
            client.admin.command("ping")
        mongo_server.start()
        assert client.admin.command("ping")["ok"] == 1
