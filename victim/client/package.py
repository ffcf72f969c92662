"""The client application as it is handed out: compiled code in an archive, as installers are."""

import inspect
import io
import marshal
import zipfile
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


def application_package(habits: Habits) -> bytes | None:
    """A zip archive with the compiled login module, from which the verifier can be learned.

    A fixed verifier is a constant of ``contoso/login.pyc``. A guessable one is made by the function
    ``verifier_at(second)`` of ``contoso/verifier.pyc``, and ``candidates()`` lists them all.
    ``None`` for a client that has no such thing to give away.
    """
    if habits.verifier_fixed:
        return _archive("contoso/login", _FIXED)
    if habits.verifier_guessable:
        return _archive("contoso/verifier", inspect.getsource(guessable))
    return None


def _archive(module: str, source: str) -> bytes:
    code = compile(source, f"{module}.py", "exec")
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr(f"{module}.pyc", MAGIC_NUMBER + bytes(12) + marshal.dumps(code))
        package.writestr("contoso/README.txt", "Contoso Demo. Start it and sign in.\n")
    return archive.getvalue()
