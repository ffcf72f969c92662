"""The client application as it is handed out: compiled code in an archive, as installers are."""

import io
import marshal
import zipfile
from importlib.util import MAGIC_NUMBER

from victim.client.endpoint import ARTICLE_VERIFIER

_SOURCE = f'''
CLIENT = "Contoso Demo"
CODE_VERIFIER = "{ARTICLE_VERIFIER}"

def token_request(code):
    return {{"grant_type": "authorization_code", "code": code, "code_verifier": CODE_VERIFIER}}
'''


def application_package() -> bytes:
    """A zip archive with the compiled login module; the constants of the code are all in it."""
    code = compile(_SOURCE, "contoso/login.py", "exec")
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("contoso/login.pyc", MAGIC_NUMBER + bytes(12) + marshal.dumps(code))
        package.writestr("contoso/README.txt", "Contoso Demo. Start it and sign in.\n")
    return archive.getvalue()
