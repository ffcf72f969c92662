"""The provider of the library with the grants and endpoints that its documentation describes."""

import time

from authlib.integrations.flask_oauth2 import AuthorizationServer, ResourceProtector
from authlib.integrations.sqla_oauth2 import (
    create_bearer_token_validator,
    create_query_client_func,
    create_query_token_func,
    create_revocation_endpoint,
    create_save_token_func,
)
from authlib.oauth2.rfc6749 import grants
from authlib.oauth2.rfc7636 import CodeChallenge
from authlib.oauth2.rfc7662 import IntrospectionEndpoint
from authlib.oidc.core import OpenIDCode, UserInfo, UserInfoEndpoint
from flask import current_app
from joserfc.jwk import RSAKey
from storage import AuthorizationCode, Client, Token, User, db

SCOPE = "openid profile"
SIGNING_KEY = RSAKey.generate_key(2048, {"use": "sig", "alg": "RS256"}, auto_kid=True)

_METHODS = ["client_secret_basic", "client_secret_post", "none"]


class CodeGrant(grants.AuthorizationCodeGrant):
    """The code flow, for public clients too."""

    TOKEN_ENDPOINT_AUTH_METHODS = _METHODS

    def save_authorization_code(self, code, request):
        """Store a code with all that it is bound to."""
        asked = request.payload.data
        db.session.add(
            AuthorizationCode(
                code=code,
                client_id=request.client.client_id,
                redirect_uri=request.payload.redirect_uri,
                scope=request.scope,
                user_id=request.user.id,
                nonce=asked.get("nonce"),
                code_challenge=asked.get("code_challenge"),
                code_challenge_method=asked.get("code_challenge_method"),
            )
        )
        db.session.commit()

    def query_authorization_code(self, code, client):
        """Find a code of this client that has not expired."""
        found = AuthorizationCode.query.filter_by(code=code, client_id=client.client_id).first()
        return found if found and not found.is_expired() else None

    def delete_authorization_code(self, authorization_code):
        """Forget a code that was redeemed."""
        db.session.delete(authorization_code)
        db.session.commit()

    def authenticate_user(self, authorization_code):
        """Find the user who consented."""
        return db.session.get(User, authorization_code.user_id)


class RefreshGrant(grants.RefreshTokenGrant):
    """Refresh tokens that are renewed at each use."""

    TOKEN_ENDPOINT_AUTH_METHODS = _METHODS
    INCLUDE_NEW_REFRESH_TOKEN = True

    def authenticate_refresh_token(self, refresh_token):
        """Find a refresh token that was not revoked."""
        found = Token.query.filter_by(refresh_token=refresh_token).first()
        return found if found and not found.is_revoked() else None

    def authenticate_user(self, refresh_token):
        """Find its user."""
        return refresh_token.get_user()

    def revoke_old_credential(self, refresh_token):
        """Revoke what was used, and the access token that it came with."""
        refresh_token.access_token_revoked_at = int(time.time())
        refresh_token.refresh_token_revoked_at = int(time.time())
        db.session.commit()


class OpenID(OpenIDCode):
    """ID tokens for the code flow."""

    def exists_nonce(self, nonce, request):
        """Tell whether a request with this nonce was made before."""
        known = AuthorizationCode.query.filter_by(client_id=request.payload.client_id, nonce=nonce)
        return bool(known.first())

    def resolve_client_private_key(self, client):
        """Give the key that ID tokens are signed with."""
        return SIGNING_KEY

    def get_client_claims(self, client):
        """Give what ID tokens say beside the user."""
        return {"iss": current_app.config["ISSUER"], "aud": [client.get_client_id()]}

    def generate_user_info(self, user, scope):
        """Say who the user is."""
        return user_info(user, scope)


class UserInfoAnswer(UserInfoEndpoint):
    """Userinfo, for whoever has an access token with the scope openid."""

    def generate_user_info(self, user, scope):
        """Say who the user is."""
        return user_info(user, scope)


class Introspection(IntrospectionEndpoint):
    """Introspection, for clients about their own tokens."""

    def query_token(self, token_string, token_type_hint):
        """Find a token."""
        return create_query_token_func(db.session, Token)(token_string, token_type_hint)

    def check_permission(self, token, client, request):
        """Tell whether the client may ask about it."""
        return token.check_client(client)

    def introspect_token(self, token):
        """Say what it is good for."""
        return {
            "active": True,
            "client_id": token.client_id,
            "token_type": token.token_type,
            "username": token.get_user().name,
            "sub": token.get_user().name,
            "scope": token.get_scope(),
            "iss": current_app.config["ISSUER"],
            "exp": token.issued_at + token.expires_in,
            "iat": token.issued_at,
        }


def user_info(user, scope):
    """Who a user is, as far as the scope allows."""
    return UserInfo(sub=user.name, name=user.name.title()).filter(scope)


def provider(app) -> AuthorizationServer:
    """The provider, ready to serve ``app``."""
    server = AuthorizationServer(
        app,
        query_client=create_query_client_func(db.session, Client),
        save_token=create_save_token_func(db.session, Token),
    )
    protector = ResourceProtector()
    protector.register_token_validator(create_bearer_token_validator(db.session, Token)())
    server.register_grant(CodeGrant, [CodeChallenge(required=True), OpenID()])
    server.register_grant(RefreshGrant)
    server.register_endpoint(UserInfoAnswer(resource_protector=protector))
    server.register_endpoint(create_revocation_endpoint(db.session, Token))
    server.register_endpoint(Introspection)
    return server
