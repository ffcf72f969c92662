"""The interception channels: real ways for a redirect to go astray."""

from dataclasses import dataclass

from reports.records import ChannelInfo


@dataclass(frozen=True)
class Channel:
    """A way in which the redirect reaches the thief."""

    id: str
    title: str
    description: str
    needs_window: bool = True
    """Whether the victim sits at a real browser; else HTTP will do."""

    def info(self, skipped: str = "") -> ChannelInfo:
        """The channel for the run log; ``skipped`` says why it cannot exist here."""
        return ChannelInfo(self.id, self.title, self.description, skipped)


CUSTOM_SCHEME = Channel(
    "custom-scheme",
    "custom URI scheme",
    "Two apps are registered for com.contoso.demo:. The operating system (xdg-open) gives the "
    "redirect to the one that claimed the scheme last, and that is the thief's, a process of its "
    "own. It reads the authorization request in the arguments of the process that opens the "
    "browser (/proc). RFC 7636 section 1, RFC 8252 section 8.1.",
)
LOOPBACK = Channel(
    "loopback",
    "localhost on ::1",
    "The honest app listens on 127.0.0.1, the thief on [::1], and the redirect says localhost: "
    "the browser tries ::1 first. When the user opens the app under the name localhost too, the "
    "thief relays that and reads the authorization request. RFC 8252 section 8.3.",
)
PLAINTEXT = Channel(
    "plaintext",
    "plaintext redirect",
    "The redirect URI is http:// and not loopback. Somebody on the network path reads it in clear "
    "and answers in place of the client. It reads the authorization request too when the login "
    "starts on a plaintext page. RFC 6749 section 3.1.2.1, RFC 9700 section 2.6.",
)

ACCESS_LOG = Channel(
    "access-log",
    "leaked access logs",
    "The servers in front of client and provider write every request line into an access log, and "
    "the attacker reads it. The client is down for a moment, so the code stays unused. Needs no "
    "browser: the victim's is played over HTTP. RFC 6749 section 10.5, RFC 9700 section 4.2.4.",
    needs_window=False,
)

WEB_PAGES = Channel(
    "web-pages",
    "pages in the victim's browser",
    "The attacker has a web site. The victim's browser, a real one, loads pages of it, or pages of "
    "the client load something from it: a picture, a script. What browsers tell one site of "
    "another is all that it learns. RFC 9700 sections 4.2.1, 4.16 and 4.17.",
)
FRAMED_PAGES = Channel(
    "framed-pages",
    "pages in frames",
    "The attacker's web site shows pages of others inside its own, in a browser that leaves it to "
    "each site whether it is signed in there. RFC 9700 section 4.16.",
)
BROWSER_HISTORY = Channel(
    "browser-history",
    "browser history",
    "Another program of the same user reads the history that the victim's browser leaves on disk, "
    "when it has been closed: the authorization request is there, and the redirect. The client is "
    "down for a moment, so the code stays unused. RFC 9700 section 4.3.1.",
)
BROWSER_EXTENSION = Channel(
    "browser-extension",
    "malicious browser extension",
    "The victim has installed an extension that may watch web requests, a real one (Manifest V3). "
    "It tells its maker of every authorization request and every redirect. The client is down for "
    "a moment, so the code stays unused. RFC 9700 section 3 (A3 and A4).",
)

LOOPBACK_PORTS = Channel(
    "loopback-ports",
    "ports of 127.0.0.1",
    "The honest app, a process of its own, waits for its redirect at a port. Another process of "
    "the same user sees at which (/proc), and listens there before it or beside it. The operating "
    "system decides who is given the connection. Needs no browser: the victim's is played over "
    "HTTP. RFC 8252 sections 7.3 and 8.3.",
    needs_window=False,
)

HEADLINE_CHANNELS = (CUSTOM_SCHEME, LOOPBACK, PLAINTEXT)
ON_DEVICE_CHANNELS = (BROWSER_HISTORY, BROWSER_EXTENSION)
"""Ways that somebody finds who is on the victim's own device, besides those of the headline."""

CHANNELS = (
    *HEADLINE_CHANNELS,
    ACCESS_LOG,
    LOOPBACK_PORTS,
    WEB_PAGES,
    FRAMED_PAGES,
    *ON_DEVICE_CHANNELS,
)
