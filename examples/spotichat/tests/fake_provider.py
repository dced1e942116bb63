"""A provider of both kinds, strict about what each has to prove: OAuth 1.0a below /1, 2.0 below /2.

Whoever is asked is the person that the address /be/ID/NAME said last.
"""

import base64
import hashlib
import os
import secrets
from html import escape
from types import SimpleNamespace
from urllib.parse import urlencode

# The library refuses to look at http otherwise, and this is a test on one machine.
os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"

from authlib.oauth1.rfc5849.signature import verify_hmac_sha1
from authlib.oauth1.rfc5849.wrapper import OAuth1Request
from brubeck_core import Brubeck, HTTPError

CLIENT, SECRET = "spotichat", "the secret of both"

app = Brubeck()
person = {"id": "7", "name": "Dave"}
#: Secrets of tokens, and what is known of codes.
tokens: dict[str, str] = {}
verifiers: dict[str, str] = {}
codes: dict[str, dict[str, str]] = {}


@app.add_route(r"^/be/(?P<id>[^/]*)/(?P<name>.*)$")
def be(application, message, id, name=""):
    person.update(id=id, name=name)
    return {}


def page(allow: str, deny: str) -> str:
    return (
        "<!doctype html><html lang=en><title>Provider</title><h1>Let SpotiChat know you?</h1>"
        f"<a id=allow href='{escape(allow)}'>Allow</a> <a id=deny href='{escape(deny)}'>Deny</a>"
    )


# -- OAuth 1.0a -------------------------------------------------------------------------------


def signed(message) -> OAuth1Request:
    """Return a request whose signature is right. Raises `HTTPError` 401."""
    asked = OAuth1Request(
        message.method,
        message.url,
        message.body.decode(),
        {"Authorization": message.header("authorization", "")},
    )
    asked.client = SimpleNamespace(get_client_secret=lambda: SECRET)
    token_secret = tokens.get(asked.token, "")
    asked.credential = SimpleNamespace(get_oauth_token_secret=lambda: token_secret)
    if asked.client_id != CLIENT or (asked.token and not token_secret):
        raise HTTPError(401)
    if not verify_hmac_sha1(asked):
        raise HTTPError(401)
    return asked


def new_token() -> str:
    token, secret = secrets.token_hex(8), secrets.token_hex(8)
    tokens[token] = secret
    return token


def form(**fields: str):
    return urlencode(fields), 200, {"Content-Type": "application/x-www-form-urlencoded"}


@app.add_route("^/1/request_token$", "POST")
def request_token(application, message):
    asked = signed(message)
    token = new_token()
    verifiers[token] = f"callback {asked.redirect_uri}"
    return form(
        oauth_token=token, oauth_token_secret=tokens[token], oauth_callback_confirmed="true"
    )


@app.add_route("^/1/authorize$", "GET")
def authorize_1(application, message):
    token = message.get_argument("oauth_token")
    callback = verifiers[token].removeprefix("callback ")
    verifiers[token] = secrets.token_hex(8)
    allowed = urlencode({"oauth_token": token, "oauth_verifier": verifiers[token]})
    return page(f"{callback}?{allowed}", f"{callback}?{urlencode({'oauth_token': token})}")


@app.add_route("^/1/access_token$", "POST")
def access_token_1(application, message):
    asked = signed(message)
    verifier = asked.oauth_params.get("oauth_verifier")
    if not verifier or verifiers.pop(asked.token, None) != verifier:
        raise HTTPError(401)
    del tokens[asked.token]
    token = new_token()
    return form(oauth_token=token, oauth_token_secret=tokens[token])


@app.add_route("^/1/user$", "GET")
def user_1(application, message):
    signed(message)
    return {"response": {"user": {"id": int(person["id"]), "name": person["name"]}}}


# -- OAuth 2.0 --------------------------------------------------------------------------------


@app.add_route("^/2/authorize$", "GET")
def authorize_2(application, message):
    asked = {name: message.get_argument(name, "") for name in message.arguments}
    if asked["client_id"] != CLIENT or asked["code_challenge_method"] != "S256":
        raise HTTPError(400)
    code = secrets.token_hex(8)
    codes[code] = asked
    state = asked["state"]
    return page(
        f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': state})}",
        f"{asked['redirect_uri']}?{urlencode({'error': 'access_denied', 'state': state})}",
    )


@app.add_route("^/2/token$", "POST")
def access_token_2(application, message):
    basic = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
    asked = codes.pop(message.get_argument("code", ""), None)
    verifier = message.get_argument("code_verifier", "").encode()
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier).digest()).decode().rstrip("=")
    if (
        message.header("authorization") != f"Basic {basic}"
        or asked is None
        or asked["code_challenge"] != challenge
        or asked["redirect_uri"] != message.get_argument("redirect_uri")
    ):
        return {"error": "invalid_grant"}, 400
    token = new_token()
    return {"access_token": token, "token_type": "Bearer", "expires_in": 60}


@app.add_route("^/2/user$", "GET")
def user_2(application, message):
    if message.header("authorization", "").removeprefix("Bearer ") not in tokens:
        raise HTTPError(401)
    return dict(person)
