"""OAuth 1.0a (RFC 5849) and 2.0 (RFC 6749, with PKCE of RFC 7636), by Authlib.

A login is two steps, and what the first one leaves for the second is kept on this side: a browser
only has a random number for it.
"""

import json
import secrets
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from authlib.integrations.requests_client import OAuth1Session, OAuth2Session
from brubeck_core import ConfigError

from spotichat.models import LONGEST_NAME, LONGEST_OAUTH_DATA
from spotichat.settings import Settings

#: Seconds a provider may take to answer.
TIMEOUT = 10.0

Arguments = Mapping[str, str | None]


class LoginFailed(Exception):
    """A login ended without a user; the text says why."""


@dataclass(frozen=True)
class Person:
    """Whom a provider knows. `data` is what it told of them, as JSON."""

    id: str
    nickname: str
    data: str


@dataclass(frozen=True)
class Provider(ABC):
    """Somebody who vouches for people.

    `id_path` and `nickname_path` say where those are in its answer about a user, such as
    ``"response.user.name"``.
    """

    name: str
    client_id: str
    client_secret: str
    authorize_url: str
    access_token_url: str
    user_url: str
    id_path: str = "id"
    nickname_path: str = "name"

    @abstractmethod
    def begin(self, callback: str) -> tuple[str, dict[str, str]]:
        """Return the address to send a person to, and what to keep until they come back."""

    @abstractmethod
    def finish(self, callback: str, kept: dict[str, str], arguments: Arguments) -> Person:
        """Return who came back. Raises `LoginFailed`, or what Authlib and requests raise."""

    def person(self, answer: Any) -> Person:
        """Read the provider's answer about a user."""
        id = _at(answer, self.id_path)
        if not id or len(id) + len(self.name) >= LONGEST_NAME or not id.isprintable():
            raise LoginFailed(f"{self.name} did not say who you are.")
        nickname = " ".join((_at(answer, self.nickname_path) or id).split())
        data = json.dumps(answer)
        return Person(
            id,
            nickname[:LONGEST_NAME] if nickname.isprintable() and nickname else id,
            data if len(data) <= LONGEST_OAUTH_DATA else json.dumps({"id": id}),
        )


@dataclass(frozen=True)
class OAuth1Provider(Provider):
    """One that speaks OAuth 1.0a: it hands out a token before anybody is asked."""

    request_token_url: str = ""

    def begin(self, callback: str) -> tuple[str, dict[str, str]]:
        with OAuth1Session(self.client_id, self.client_secret, redirect_uri=callback) as session:
            token = session.fetch_request_token(self.request_token_url, timeout=TIMEOUT)
            address = session.create_authorization_url(self.authorize_url)
        return address, {"token": token["oauth_token"], "secret": token["oauth_token_secret"]}

    def finish(self, callback: str, kept: dict[str, str], arguments: Arguments) -> Person:
        _require_same(kept["token"], arguments["oauth_token"])
        verifier = arguments["oauth_verifier"]
        if not verifier:
            raise LoginFailed(f"You did not allow the login by {self.name}.")
        with OAuth1Session(
            self.client_id,
            self.client_secret,
            token=kept["token"],
            token_secret=kept["secret"],
            verifier=verifier,
        ) as session:
            session.fetch_access_token(self.access_token_url, timeout=TIMEOUT)
            return self.person(_ask(session, self.user_url))


@dataclass(frozen=True)
class OAuth2Provider(Provider):
    """One that speaks OAuth 2.0: state ties the answer to the question, PKCE the code to us."""

    scope: str = ""

    def begin(self, callback: str) -> tuple[str, dict[str, str]]:
        verifier = secrets.token_urlsafe(48)
        with self._session(callback) as session:
            address, state = session.create_authorization_url(
                self.authorize_url, code_verifier=verifier
            )
        return address, {"state": state, "verifier": verifier}

    def finish(self, callback: str, kept: dict[str, str], arguments: Arguments) -> Person:
        _require_same(kept["state"], arguments["state"])
        code = arguments["code"]
        if not code:
            raise LoginFailed(f"You did not allow the login by {self.name}.")
        with self._session(callback) as session:
            session.fetch_token(
                self.access_token_url,
                grant_type="authorization_code",
                code=code,
                code_verifier=kept["verifier"],
                timeout=TIMEOUT,
            )
            return self.person(_ask(session, self.user_url))

    def _session(self, callback: str) -> OAuth2Session:
        return OAuth2Session(
            self.client_id,
            self.client_secret,
            scope=self.scope or None,
            redirect_uri=callback,
            code_challenge_method="S256",
            leeway=0,  # the token is used at once, however short its life
        )


VERSIONS: dict[str, type[Provider]] = {"1.0a": OAuth1Provider, "2.0": OAuth2Provider}


def make_providers(settings: Settings) -> dict[str, Provider]:
    """Return the providers that the settings name; there are no others.

    Raises `ConfigError` for one that is not complete, or whose addresses are not safe.
    """
    return {
        name: _make_provider(name, table, settings.oauth_secrets.get(name, ""))
        for name, table in settings.oauth.items()
    }


def _make_provider(name: str, table: Any, secret: str) -> Provider:
    where = f"[settings.oauth.{name}]"
    if not (name.isascii() and name.isalnum() and name.islower() and isinstance(table, dict)):
        raise ConfigError(f"{where} has to be a table with a name in small letters")
    given = dict(table)
    kind = VERSIONS.get(given.pop("version", ""))
    if kind is None:
        raise ConfigError(f'{where} has to have version = "1.0a" or version = "2.0"')
    try:
        provider = kind(name=name, client_secret=secret, **given)
    except TypeError as error:
        raise ConfigError(f"{where}: {str(error).partition(') ')[2] or error}") from error
    if not secret:
        raise ConfigError(
            f"{where} needs the secret that {name} gave you: set settings.oauth_secrets, best as "
            f"BRUBECK_SETTINGS__OAUTH_SECRETS='{{{name} = \"...\"}}'"
        )
    for key in ("request_token_url", "authorize_url", "access_token_url", "user_url"):
        address = getattr(provider, key, None)
        if address is not None and not _is_safe(address):
            raise ConfigError(f"{where} {key} = {address!r} has to be an https address")
    return provider


def _is_safe(address: str) -> bool:
    parts = urlsplit(address)
    here = parts.hostname in ("127.0.0.1", "::1", "localhost")
    return bool(parts.hostname) and (parts.scheme == "https" or (parts.scheme == "http" and here))


def _require_same(kept: str, shown: str | None) -> None:
    if not secrets.compare_digest(kept.encode(), (shown or "").encode()):
        raise LoginFailed("This answer belongs to another login.")


def _ask(session: Any, url: str) -> Any:
    answer = session.get(url, timeout=TIMEOUT)
    answer.raise_for_status()
    return answer.json()


def _at(answer: Any, path: str) -> str | None:
    for key in path.split("."):
        answer = answer.get(key) if isinstance(answer, dict) else None
    return str(answer) if isinstance(answer, str | int) else None
