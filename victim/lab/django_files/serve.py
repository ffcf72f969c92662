"""django-oauth-toolkit behind waitress: makes the database, then serves."""

import os

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "settings"
os.umask(0o077)
django.setup()

from django.conf import settings  # noqa: E402
from django.contrib.auth.models import User  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.core.wsgi import get_wsgi_application  # noqa: E402
from oauth2_provider.models import Application  # noqa: E402
from waitress import serve  # noqa: E402


def make_accounts(users: dict[str, str]) -> None:
    """Give each user an account that may sign in at the admin's page, but administer nothing."""
    for name, password in users.items():
        user, _ = User.objects.get_or_create(username=name, defaults={"is_staff": True})
        user.set_password(password)
        user.save()


def make_clients(clients: list[dict]) -> None:
    """Register the clients, or renew their registration."""
    for client in clients:
        secret = client["secret"]
        Application.objects.filter(client_id=client["id"]).delete()
        Application.objects.create(
            client_id=client["id"],
            name=client["id"],
            client_secret=secret or "",
            client_type=Application.CLIENT_CONFIDENTIAL if secret else Application.CLIENT_PUBLIC,
            authorization_grant_type=Application.GRANT_AUTHORIZATION_CODE,
            redirect_uris=" ".join(client["redirectUris"]),
            algorithm=Application.RS256_ALGORITHM,
        )


def main() -> None:
    """Serve until ended."""
    call_command("migrate", verbosity=0)
    make_accounts(settings.LAB["users"])
    make_clients(settings.LAB["clients"])
    # The proxy reuses connections, and must not find them closed.
    serve(
        get_wsgi_application(),
        host=settings.LAB["address"],
        port=settings.LAB["port"],
        channel_timeout=3600,
    )


main()
