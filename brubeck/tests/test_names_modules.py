"""Every name of the original can be imported, or says what brings it."""

from __future__ import annotations

import ast
import json
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

import brubeck
import pytest
from brubeck_testkit.interpreter import run_python

PACKAGE = Path(brubeck.__file__).parent

#: By module: the names and the distribution each comes with; "" is the module itself.
NAMES: dict[str, dict[str, str]] = {
    "auth": {
        "AccountRefused": "brubeck_core",
        "BCRYPT": "",
        "LoginMixin": "brubeck_core",
        "PASSWD_DELIM": "",
        "TooManyAttempts": "brubeck_core",
        "UserHandlingMixin": "brubeck_core",
        "authenticated": "brubeck_core",
        "build_passwd_line": "",
        "gen_hexdigest": "",
        "split_passwd_line": "",
        "web_authenticated": "brubeck_core",
    },
    "autoapi": {"AutoAPIBase": "brubeck_core"},
    "caching": {
        "BaseCacheStore": "",
        "InMemoryCacheStore": "",
        "RedisCacheStore": "brubeck_redis",
        "generate_session_id": "",
    },
    "connections": {
        "Connection": "brubeck_core",
        "Mongrel2Connection": "brubeck_mongrel2",
        "WSGIConnection": "brubeck_wsgi",
    },
    "datamosh": {
        "OwnedHandlerMixin": "",
        "OwnedModelMixin": "brubeck_dictshield",
        "StreamedHandlerMixin": "",
        "StreamedModelMixin": "brubeck_dictshield",
        "get_typed_argument": "",
    },
    "models": {"User": "brubeck_dictshield", "UserProfile": "brubeck_dictshield"},
    "queryset": {
        "AbstractQueryset": "",
        "DictQueryset": "",
        "RedisQueryset": "brubeck_redis",
    },
    "request": {
        "Request": "brubeck_core",
        "parse_netstring": "",
        "to_bytes": "",
        "to_unicode": "",
    },
    "request_handling": {
        "Brubeck": "brubeck_core",
        "CORO_LIBRARY": "",
        "FourOhFourException": "",
        "HTTP_METHODS": "brubeck_core",
        "JSONMessageHandler": "brubeck_core",
        "JsonSchemaMessageHandler": "brubeck_core",
        "MessageHandler": "brubeck_core",
        "WebMessageHandler": "brubeck_core",
        "coro_spawn": "",
        "http_response": "brubeck_core",
        "render": "brubeck_core",
    },
    "templating": {
        "Jinja2Rendering": "brubeck_jinja2",
        "MakoRendering": "brubeck_mako",
        "MustacheRendering": "brubeck_mustache",
        "TornadoRendering": "brubeck_tornado",
        "load_jinja2_env": "brubeck_jinja2",
        "load_mako_env": "brubeck_mako",
        "load_mustache_env": "brubeck_mustache",
        "load_tornado_env": "brubeck_tornado",
    },
    "timekeeping": {
        "MillisecondField": "brubeck_dictshield",
        "curtime": "brubeck_core",
        "datestring_to_millis": "brubeck_core",
        "datetime_to_millis": "brubeck_core",
        "millis_to_datetime": "brubeck_core",
        "prettydate": "brubeck_core",
    },
}
PAIRS = [(module, name) for module, names in NAMES.items() for name in names]

DROPPED = [
    ("request_handling", "cookie_encode"),
    ("request_handling", "cookie_decode"),
    ("request_handling", "cookie_is_encoded"),
    ("request_handling", "HTTP_FORMAT"),
    ("request_handling", "coro_pool"),
    ("request_handling", "lscmp"),
    ("connections", "load_zmq"),
    ("connections", "load_zmq_ctx"),
]


@lru_cache
def import_all(module: str) -> dict[str, str]:
    """Import each name of a module as programs do; return what went wrong by name."""
    result = run_python(
        f"""
import importlib, json
errors = {{}}
for name in {[*NAMES[module], *(name for home, name in DROPPED if home == module)]!r}:
    try:
        exec(f"from brubeck.{module} import {{name}}")
        errors[name] = ""
    except ImportError as error:
        errors[name] = str(error)
print(json.dumps(errors))
"""
    )
    assert result.returncode == 0, result.stderr
    errors: dict[str, str] = json.loads(result.stdout)
    return errors


@pytest.mark.parametrize(("module", "name"), PAIRS)
def test_a_name_can_be_imported_or_says_what_brings_it(module: str, name: str) -> None:
    error = import_all(module)[name]
    package = NAMES[module][name]
    extra = package.removeprefix("brubeck_")
    if package and find_spec(package) is None:
        assert f'pip install "brubeck[{extra}]"' in error
    else:
        assert error == ""


@pytest.mark.parametrize(("module", "name"), DROPPED)
def test_a_dropped_name_says_what_to_use(module: str, name: str) -> None:
    assert f"brubeck.{module}.{name} is gone: " in import_all(module)[name]


@pytest.mark.parametrize("module", NAMES)
def test_the_table_above_has_every_name(module: str) -> None:
    homes, own = _declared(module)
    assert {*homes, *own} == set(NAMES[module])
    assert {name: home.partition(".")[0] for name, home in homes.items()} == {
        name: package for name, package in NAMES[module].items() if package
    }


@pytest.mark.parametrize("module", NAMES)
def test_a_type_checker_sees_what_is_imported_when_it_runs(module: str) -> None:
    homes, _ = _declared(module)
    assert _static(module) == {name: (home, name) for name, home in homes.items()}


@pytest.mark.parametrize("module", [name for name in NAMES if name != "request_handling"])
def test_importing_a_module_patches_nothing_and_brings_nothing_to_patch(module: str) -> None:
    result = run_python(
        f"""
import sys
import brubeck.{module}
heavy = ["asyncio", "brubeck_core.bootstrap", "eventlet", "gevent", "pluggy", "ssl", "zmq"]
print([name for name in heavy if name in sys.modules])
"""
    )
    assert (result.stdout, result.stderr) == ("[]\n", "")


def _declared(module: str) -> tuple[dict[str, str], list[str]]:
    """Read the homes and the module's own names from its call of `lazy_names`."""
    for node in ast.walk(_parse(module)):
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "lazy_names":
            own = [ast.literal_eval(word.value) for word in node.keywords if word.arg == "own"]
            return ast.literal_eval(node.args[1]), [name for names in own for name in names]
    return {}, []


def _static(module: str) -> dict[str, tuple[str | None, str]]:
    """Read the re-exports (``import X as X``) under ``if TYPE_CHECKING:``."""
    return {
        alias.asname: (statement.module, alias.name)
        for node in _parse(module).body
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
        for statement in node.body
        if isinstance(statement, ast.ImportFrom)
        for alias in statement.names
        if alias.asname
    }


def _parse(module: str) -> ast.Module:
    return ast.parse((PACKAGE / f"{module}.py").read_text("utf-8"))
