"""Accounts: made, logged in to, and given new passwords; over any user store."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from brubeck_core.auth.hashing import PasswordQueue
from brubeck_core.auth.rules import password_problem, username_problem
from brubeck_core.auth.throttle import Throttle, client_network
from brubeck_core.builtin.memory_cache import MemoryCache
from brubeck_core.errors import BrubeckError, ConfigError
from brubeck_core.interfaces.users import DuplicateUser, UserRecord
from brubeck_core.passwords import needs_rehash
from brubeck_core.timekeeping import curtime

if TYPE_CHECKING:
    from brubeck_core.app.brubeck import Brubeck

#: Characters; what is longer is nobody's name.
_LONGEST_NAME = 254
#: Seconds over which failures are counted.
_DAY, _HOUR = 24 * 60 * 60, 60 * 60
#: Counts in a memory of their own; each that is made has cost somebody a login.
_MOST_COUNTS = 100_000


class AccountRefused(BrubeckError):
    """An account cannot be made or changed like this.

    Args:
        problems: what is wrong, by the name of the field: ``"username"``, ``"password"``.
    """

    def __init__(self, problems: Mapping[str, str]) -> None:
        super().__init__(" ".join(problems.values()))
        self.problems = dict(problems)


class Accounts:
    """The accounts of an application: ``app.accounts``.

    Users are records of the application's user store. `password` in them is a line of
    `brubeck_core.passwords`; one whose `is_active` is false cannot log in.

    Args:
        app: the application, whose user store, cache, backend and ``[login]`` are used.
    """

    def __init__(self, app: Brubeck) -> None:
        self._app = app
        self._settings = app.config.login
        # The cache in memory forgets what is old when it is full, and who opens sessions fills it.
        shared = type(app.cache) is not MemoryCache
        self._counts = app.cache if shared else MemoryCache(_MOST_COUNTS)
        self.passwords = PasswordQueue(app.concurrency)

    def create(self, username: str | None, password: str | None, **fields: Any) -> UserRecord:
        """Make an account and return it as stored.

        Args:
            username: letters, digits, dots and underscores; kept in lower case.
            password: as it was typed.
            fields: whatever else the application keeps of its users.

        Raises `AccountRefused` for a name or password that will not do, and for a name that
        somebody has, also when two ask for it at once.
        """
        username, password = username or "", password or ""
        problems = {
            "username": username_problem(username),
            "password": self._password_problem(username, password),
        }
        found = {field: problem for field, problem in problems.items() if problem}
        if found:
            raise AccountRefused(found)
        line = self.passwords.hash(password)
        record = {"is_active": True, **fields, "username": username.lower(), "password": line}
        try:
            return self._app.user_store.create(record)
        except DuplicateUser:
            raise AccountRefused({"username": "Somebody has this name already."}) from None

    def check(
        self, username: str | None, password: str | None, address: str | None = None
    ) -> UserRecord | None:
        """Return the user of that name and password, or None.

        That there is no such user takes as long, and counts as much, as a wrong password. After
        some failures for one account or from one address there are pauses. A password whose
        line is weaker than today's gets a new one.

        Args:
            username: as it was typed.
            password: as it was typed.
            address: the client's, such as `Request.remote_addr`; None counts no addresses.

        Raises `TooManyAttempts` (429) during a pause, `HTTPError` 503 when too many wait, and
        `StoreUnavailable`.
        """
        name, password = _plausible(username), password or ""
        gates = self._gates(name, address)
        for throttle, who in gates:
            throttle.check(who)
        user = self._app.user_store.load(name) if name else None
        with self.passwords.turn():
            # Again, since others may have failed while this one was waiting.
            for throttle, who in gates:
                throttle.check(who)
            fits = self._fits(user, password)
            if user is None or not fits:
                self._count_failure(gates, address)
                return None
            gates[0][0].forgive(name)
            return self._refreshed(user, password)

    def set_password(self, user: UserRecord, password: str | None) -> UserRecord:
        """Give a user another password and return the user as stored.

        Every session of theirs ends by it; nothing else of the stored user changes. Raises
        `AccountRefused`, and `KeyError` when there is no such user any more.
        """
        name = user["username"]
        problem = self._password_problem(name, password or "")
        if problem:
            raise AccountRefused({"password": problem})
        line = self.passwords.hash(password or "")
        # Read again: somebody may have been locked out since `user` was read.
        now = self._app.user_store.load(name)
        if now is None:
            raise KeyError(f"there is no user named {name!r} any more")
        changed = {**now, "password": line}
        self._app.user_store.save(changed)
        return changed

    def load(self, username: str, mark: str) -> UserRecord | None:
        """Return the user of a session; None when they are gone or have another password.

        Args:
            username: whose session it is.
            mark: what `mark` returned when they logged in.
        """
        user = self._app.user_store.load(username)
        if user is None or not user.get("is_active", True) or self.mark(user) != mark:
            return None
        return user

    @staticmethod
    def mark(user: UserRecord) -> str:
        """Return what changes with a user's password, and tells nothing of it."""
        return sha256(str(user.get("password")).encode()).hexdigest()[:32]

    def _gates(self, name: str, address: str | None) -> list[tuple[Throttle, str]]:
        free = self._settings.free_attempts
        gates = [(Throttle(self._counts, "account", free=free, window=_DAY), name)]
        if address:
            throttle = Throttle(self._counts, "address", free=free, window=_HOUR)
            gates.append((throttle, client_network(address)))
        return gates

    def _count_failure(self, gates: list[tuple[Throttle, str]], address: str | None) -> None:
        # Never the name: people type their password into the wrong field.
        self._app.log.info("a login from %s failed", address)
        for throttle, who in gates:
            seconds = throttle.failed(who)
            if seconds and throttle.subject == "address":
                self._app.log.warning(
                    "logins from %s pause for %d seconds, for so many have failed; if it is a "
                    "proxy of yours, name it in trusted_proxies of the connection",
                    who,
                    seconds,
                )

    def _fits(self, user: UserRecord | None, password: str) -> bool:
        line = user.get("password") if user is not None and user.get("is_active", True) else None
        try:
            return self.passwords.verify_in_turn(password, line)
        except ConfigError:
            raise
        except ValueError as error:
            self._app.log.error("user %r cannot log in: %s", user and user["username"], error)
            return False

    def _refreshed(self, user: UserRecord, password: str) -> UserRecord:
        """Store what a login changes, unless somebody has changed the password meanwhile.

        A new line ends the user's other sessions, as a new password does; it comes once.
        """
        changes: dict[str, Any] = {}
        if needs_rehash(user["password"]):
            changes["password"] = self.passwords.hash_in_turn(password)
        if "last_login" in user:
            changes["last_login"] = curtime()
        now = self._app.user_store.load(user["username"]) if changes else None
        if now is None or now.get("password") != user["password"]:
            return user
        refreshed = {**now, **changes}
        self._app.user_store.save(refreshed)
        return refreshed

    def _password_problem(self, username: str, password: str) -> str | None:
        return password_problem(password, username=username, at_least=self._settings.min_password)


def _plausible(username: str | None) -> str:
    """Return a name that a store may be asked for, or '' for what is nobody's."""
    name = (username or "").strip().lower()
    return name if len(name) <= _LONGEST_NAME and name.isprintable() else ""
