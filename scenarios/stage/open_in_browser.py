"""What ``xdg-open`` starts for a web address: hands it to the stage's browser, and waits.

``open_in_browser.py SOCKET URL``. Standard library only, so that it starts fast. It stays alive
until the page has been opened, as a browser process would.
"""

import socket
import sys


def hand_over(path: str, url: str) -> int:
    """Send the URL over the stage's socket; 0 once the browser has been there."""
    with socket.socket(socket.AF_UNIX) as stage:
        stage.connect(path)
        stage.sendall(url.encode() + b"\n")
        return 0 if stage.recv(16) == b"opened\n" else 1


if __name__ == "__main__":
    sys.exit(hand_over(*sys.argv[1:3]))
