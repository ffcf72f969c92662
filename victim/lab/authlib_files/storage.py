"""What the library asks its host to store: its own tables, and one of users."""

from authlib.integrations.sqla_oauth2 import (
    OAuth2AuthorizationCodeMixin,
    OAuth2ClientMixin,
    OAuth2TokenMixin,
)
from flask_sqlalchemy import SQLAlchemy
from werkzeug.security import check_password_hash, generate_password_hash

db = SQLAlchemy()


class User(db.Model):
    """Somebody with an account."""

    id = db.Column(db.Integer, primary_key=True)
    name = db.Column(db.String, unique=True)
    password_hash = db.Column(db.String)

    def get_user_id(self) -> int:
        """What the library notes beside a token."""
        return self.id

    def has_password(self, password: str) -> bool:
        """Whether it is this one."""
        return check_password_hash(self.password_hash, password)


class Client(db.Model, OAuth2ClientMixin):
    """A registered client."""

    id = db.Column(db.Integer, primary_key=True)


class AuthorizationCode(db.Model, OAuth2AuthorizationCodeMixin):
    """A code that nobody has redeemed yet."""

    id = db.Column(db.Integer, primary_key=True)
    user_id = db.Column(db.Integer)


class Token(db.Model, OAuth2TokenMixin):
    """An access token, with the refresh token that came with it."""

    id = db.Column(db.Integer, primary_key=True)
    user_id = db.Column(db.Integer)

    def get_user(self) -> User | None:
        """Whose it is."""
        return db.session.get(User, self.user_id)

    def get_client(self) -> Client | None:
        """Which client it was issued to."""
        return Client.query.filter_by(client_id=self.client_id).first()


def fill(users: dict[str, str], clients: list[dict], scope: str) -> None:
    """Make the tables, the accounts and the clients anew."""
    db.drop_all()
    db.create_all()
    for name, password in users.items():
        db.session.add(User(name=name, password_hash=generate_password_hash(password)))
    for client in clients:
        db.session.add(_client(client, scope))
    db.session.commit()


def _client(told: dict, scope: str) -> Client:
    secret = told["secret"]
    client = Client(client_id=told["id"], client_secret=secret or "")
    client.set_client_metadata(
        {
            "client_name": told["id"],
            "redirect_uris": told["redirectUris"],
            "scope": scope,
            "grant_types": ["authorization_code", "refresh_token"],
            "response_types": ["code"],
            "token_endpoint_auth_method": "client_secret_basic" if secret else "none",
        }
    )
    return client
