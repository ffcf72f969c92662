"""The client application as it is handed out: compiled code in an archive, as installers are."""

import inspect
import io
import marshal
import zipfile
from collections.abc import Mapping
from importlib.util import MAGIC_NUMBER

from victim.client import guessable
from victim.client.endpoint import ARTICLE_VERIFIER
from victim.client.habits import Habits

_FIXED = f'''
CLIENT = "Contoso Demo"
CODE_VERIFIER = "{ARTICLE_VERIFIER}"

def token_request(code):
    return {{"grant_type": "authorization_code", "code": code, "code_verifier": CODE_VERIFIER}}
'''


_SECRET = """
CLIENT = "Contoso Demo"
CLIENT_SECRET = {secret!r}
"""


def application_package(habits: Habits, secret: str | None = None) -> bytes | None:
    """A zip archive with compiled modules, from which can be learned what the client gives away.

    A fixed verifier is a constant of ``contoso/login.pyc``. A guessable one is made by the function
    ``verifier_at(second)`` of ``contoso/verifier.pyc``, and ``candidates()`` lists them all. A
    secret is a constant of ``contoso/settings.pyc``. ``None`` for a client that has no such thing
    to give away.
    """
    modules = {}
    if habits.verifier_fixed:
        modules["login"] = _FIXED
    elif habits.verifier_guessable:
        modules["verifier"] = inspect.getsource(guessable)
    if habits.secret_in_app and secret:
        modules["settings"] = _SECRET.format(secret=secret)
    return _archive(modules) if modules else None


def _archive(modules: Mapping[str, str]) -> bytes:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as package:
        for name, source in modules.items():
            code = compile(source, f"contoso/{name}.py", "exec")
            compiled = MAGIC_NUMBER + bytes(12) + marshal.dumps(code)
            package.writestr(f"contoso/{name}.pyc", compiled)
        package.writestr("contoso/README.txt", "Contoso Demo. Start it and sign in.\n")
    return archive.getvalue()
