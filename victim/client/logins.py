"""Where a login waits for its redirect: in the session of its browser, if all is well."""

from collections.abc import Mapping
from dataclasses import replace

from victim.client.answer import Answer
from victim.client.endpoint import Endpoint
from victim.client.sessions import Session, Sessions
from victim.client.states import Login, States


class Logins:
    """Keeps the logins of one endpoint, and finds the one that an answer belongs to."""

    def __init__(self, endpoint: Endpoint, states: States) -> None:
        self._habits = endpoint.habits
        self._states = states
        # A native app hands over the redirect alone: what the browser kept does not reach it.
        self._verifier_in_cookie = self._habits.verifier_in_cookie and not endpoint.native
        self._everybody_s: dict[str, Login] = {}
        self._answered: dict[Answer, dict[str, str]] = {}

    def keep(self, login: Login, session: Session) -> None:
        """Remember a login until it is answered, unless all of it lies in its state."""
        if self._states.self_contained:
            return
        elsewhere = self._states.hands_over_verifier or self._verifier_in_cookie
        waiting = replace(login, verifier=None) if elsewhere else login
        self._store(session)[login.state or ""] = waiting

    def kept_by_browser(self, login: Login) -> str | None:
        """The verifier, if the browser has to keep it."""
        return login.verifier if self._verifier_in_cookie else None

    def take(
        self, answer: Answer, session: Session | None, cookies: Mapping[str, str]
    ) -> Login | None:
        """The login that this answer belongs to; it is over now, whatever comes of it."""
        if self._states.self_contained:
            return self._states.login_in(answer.state, session.browser if session else None)
        login = self._waiting(answer, session)
        if login is None or login.verifier is not None:
            return login
        if self._states.hands_over_verifier:
            return replace(login, verifier=self._states.verifier_in(answer.state))
        if self._verifier_in_cookie:
            return replace(login, verifier=Sessions.verifier_in(cookies))
        return login

    def answered(self, answer: Answer) -> dict[str, str] | None:
        """Whom this very answer has signed in before, for a client that does so again."""
        return self._answered.get(answer)

    def note(self, answer: Answer, user: dict[str, str]) -> None:
        """Remember what came of an answer, if the client lets it be brought again."""
        if self._habits.login_kept_after_use:
            self._answered[answer] = user

    def _waiting(self, answer: Answer, session: Session | None) -> Login | None:
        store = self._store(session)
        state = answer.state if self._states.read else next(reversed(store), "")
        login = store.get(state)
        if not self._habits.login_kept_after_use:
            store.pop(state, None)
        return login

    def _store(self, session: Session | None) -> dict[str, Login]:
        if self._habits.state_unbound and self._states.read:
            return self._everybody_s
        return session.logins if session else {}
