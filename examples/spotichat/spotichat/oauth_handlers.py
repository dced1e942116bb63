"""The way to a provider and back."""

import json
import secrets

from authlib.common.errors import AuthlibBaseError
from brubeck_core import HTTPError, Response
from requests import RequestException

from spotichat.handlers import ApiHandler, remember
from spotichat.oauth import LoginFailed, Provider

#: The cookie with the number of a login that has begun, and how long it may take.
COOKIE = "oauth"
SECONDS = 360

_ARGUMENTS = ("oauth_token", "oauth_verifier", "state", "code")


class OAuthHandler(ApiHandler):
    """What both ways have in common."""

    def provider(self, name: str) -> Provider:
        provider = self.application.providers.get(name)
        if provider is None:
            raise HTTPError(404, f"Nobody can log in by {name!r} here.")
        return provider

    def callback(self, provider: Provider) -> str:
        # Not of the request's Host header, which a client makes up.
        return f"{self.chat.settings.public_url.rstrip('/')}/oauth/{provider.name}/callback"


class BeginHandler(OAuthHandler):
    """Send somebody to a provider."""

    def get(self, provider_name: str) -> Response:
        provider = self.provider(provider_name)
        try:
            address, kept = provider.begin(self.callback(provider))
        except (AuthlibBaseError, RequestException, KeyError, ValueError) as error:
            self.log.warning("login by %s did not begin: %s", provider.name, error)
            raise HTTPError(502, f"{provider.name} does not answer as it should.") from error
        number = secrets.token_urlsafe(24)
        kept["provider"] = provider.name
        self.chat.backend.remember(f"oauth {number}", json.dumps(kept), SECONDS)
        self.set_cookie(COOKIE, number, max_age=SECONDS, path="/oauth")
        return self.redirect(address)


class CallbackHandler(OAuthHandler):
    """Take in somebody whom a provider sends back."""

    def get(self, provider_name: str) -> Response:
        provider = self.provider(provider_name)
        number = self.get_cookie(COOKIE, "")
        self.delete_cookie(COOKIE, path="/oauth")
        text = self.chat.backend.recall(f"oauth {number}")
        kept = json.loads(text) if text else {}
        if kept.get("provider") != provider.name:
            raise HTTPError(400, "This login was not begun here, or took too long. Begin again.")
        arguments = {name: self.get_argument(name) for name in _ARGUMENTS}
        try:
            person = provider.finish(self.callback(provider), kept, arguments)
        except LoginFailed as error:
            raise HTTPError(403, str(error)) from error
        except (AuthlibBaseError, RequestException, KeyError, ValueError) as error:
            self.log.warning("login by %s failed: %s", provider.name, error)
            raise HTTPError(502, f"{provider.name} does not answer as it should.") from error
        user = self.chat.log_in_from(provider.name, person.id, person.nickname, person.data)
        remember(self, user)
        # A client that shows the login in a window of its own watches for this address.
        return self.redirect(f"/oauth/{provider.name}/loggedin")
