"""The client application of the article: one small app, one endpoint per registration."""

from victim.client.app import ClientApp
from victim.client.endpoint import Endpoint, Pkce, Provider, pkce_of, waiting_place
from victim.client.habits import GOOD, Habits, bad_habits

__all__ = [
    "GOOD",
    "ClientApp",
    "Endpoint",
    "Habits",
    "Pkce",
    "Provider",
    "bad_habits",
    "pkce_of",
    "waiting_place",
]
