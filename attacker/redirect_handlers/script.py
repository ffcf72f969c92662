"""A redirect URI that is a script (RFC 8252 section 7.1 asks for a domain name in its place).

Browsers follow no ``Location`` of that kind. A form whose action it is they do send there: the page
with the form then runs the script, as one of its own.
"""

from urllib.parse import quote


def sign_in_form_for(address: str) -> str:
    """A redirect URI that turns its page into a sign-in form, sent to this address."""
    form = f'<h1>Sign in</h1><form method="post" action="{address}">'
    form += '<input name="username"><input name="password" type="password">'
    form += '<button type="submit">Sign in</button></form>'
    return f"javascript:{quote(f'void(document.body.innerHTML = `{form}`)', safe='')}"
