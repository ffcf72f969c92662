"""The server of Authlib on Flask, behind waitress: its addresses and pages."""

import hmac
import json
import os
import secrets
from pathlib import Path

LAB = json.loads(Path(os.environ["LAB_CONFIG"]).read_text())
os.umask(0o077)
# The library insists on https unless it is told that this is a machine's own business.
os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"

from authlib.oauth2 import OAuth2Error  # noqa: E402
from flask import Flask, abort, redirect, render_template, request, session  # noqa: E402
from provider import SCOPE, SIGNING_KEY, provider  # noqa: E402
from storage import User, db, fill  # noqa: E402
from waitress import serve  # noqa: E402

app = Flask(__name__)
app.config.update(
    SECRET_KEY=LAB["key"],
    SESSION_COOKIE_SAMESITE="Lax",
    SQLALCHEMY_DATABASE_URI=f"sqlite:///{LAB['state']}/provider.sqlite3",
    OAUTH2_REFRESH_TOKEN_GENERATOR=True,
    ISSUER=LAB["issuer"],
)
db.init_app(app)
server = provider(app)


@app.before_request
def guard_forms():
    """Refuse forms of the pages that were not sent from them."""
    if request.method == "POST" and request.endpoint in ("sign_in", "authorize"):
        known = session.get("csrf", "")
        if not known or not hmac.compare_digest(request.form.get("csrf", ""), known):
            abort(403)


@app.after_request
def forbid_frames(response):
    """Let no page be framed."""
    response.headers["Content-Security-Policy"] = "frame-ancestors 'none'"
    return response


@app.route("/login", methods=["GET", "POST"])
def sign_in():
    """Sign a user in, and go on with what they were about."""
    # Only ever back to the question that sent the user here, never elsewhere.
    back = session.get("asked", "/")
    if request.method == "GET":
        return page("login.html")
    user = User.query.filter_by(name=request.form.get("username", "")).first()
    if not user or not user.has_password(request.form.get("password", "")):
        return page("login.html", wrong=True), 401
    session.clear()
    session["user"] = user.id
    return redirect(back, 303)


@app.route("/oauth/authorize", methods=["GET", "POST"])
def authorize():
    """Ask the user, unless the request is not worth asking about."""
    user = db.session.get(User, session.get("user", 0))
    if not user:
        session["asked"] = request.full_path
        return redirect("/login", 303)
    try:
        grant = server.get_consent_grant(end_user=user)
    except OAuth2Error as error:
        return server.handle_error_response(request, error)
    if request.method == "GET":
        return page("consent.html", client=grant.client, scope=grant.request.scope)
    allowed = user if request.form.get("decision") == "allow" else None
    return server.create_authorization_response(grant=grant, grant_user=allowed)


@app.post("/oauth/token")
def token():
    """Redeem a code, or renew a token."""
    return server.create_token_response()


@app.post("/oauth/revoke")
def revoke():
    """Revoke a token."""
    return server.create_endpoint_response("revocation")


@app.post("/oauth/introspect")
def introspect():
    """Say what a token is good for."""
    return server.create_endpoint_response("introspection")


@app.route("/oauth/userinfo", methods=["GET", "POST"])
def userinfo():
    """Say whose a token is."""
    return server.create_endpoint_response("userinfo")


@app.get("/jwks.json")
def jwks():
    """Show the key that ID tokens are signed with."""
    return {"keys": [SIGNING_KEY.as_dict(private=False)]}


@app.get("/.well-known/openid-configuration")
def discovery():
    """Describe the provider. OpenID Connect Discovery section 3."""
    issuer = LAB["issuer"]
    return {
        "issuer": issuer,
        "authorization_endpoint": f"{issuer}/oauth/authorize",
        "token_endpoint": f"{issuer}/oauth/token",
        "userinfo_endpoint": f"{issuer}/oauth/userinfo",
        "revocation_endpoint": f"{issuer}/oauth/revoke",
        "introspection_endpoint": f"{issuer}/oauth/introspect",
        "jwks_uri": f"{issuer}/jwks.json",
        "scopes_supported": SCOPE.split(),
        "response_types_supported": ["code"],
        "grant_types_supported": ["authorization_code", "refresh_token"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "token_endpoint_auth_methods_supported": ["client_secret_basic", "none"],
        "code_challenge_methods_supported": ["plain", "S256"],
    }


def page(name, **values):
    """A page whose form carries the token that :func:`guard_forms` looks for."""
    csrf = session.setdefault("csrf", secrets.token_urlsafe())
    return render_template(name, csrf=csrf, **values)


with app.app_context():
    fill(LAB["users"], LAB["clients"], SCOPE)
# The proxy reuses connections, and must not find them closed.
serve(app, host=LAB["address"], port=LAB["port"], channel_timeout=3600)
