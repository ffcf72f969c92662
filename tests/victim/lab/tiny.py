"""A server of the lab that is nothing but Python, for tests of what goes on around a server."""

import sys

from victim.lab.server import LabServer, Launch, Tool
from victim.lab.target_file import target_text
from victim.lab.workshop import Workshop

SERVES = """
import http.server, subprocess, sys, time
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
print("serving", flush=True)
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
"""
"""Has a child, which a stop must not forget."""

FAILS = "import sys; print('no such database'); sys.exit(7)"
HANGS = "import time; print('one moment', flush=True); time.sleep(600)"
STUBBORN = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN)\n" + SERVES


def tiny(
    script: str = SERVES, *, needs: tuple[Tool, ...] = (), patience_seconds: float = 20
) -> LabServer:
    def launch(workshop: Workshop) -> Launch:
        return Launch((sys.executable, "-c", script, str(workshop.port)), workshop.state)

    return LabServer(
        name="tiny",
        title="Tiny 1.0",
        about="Answers everything with 200.",
        prepare=lambda workshop: workshop.tell("Preparing"),
        launch=launch,
        target_file=target_text,
        needs=needs,
        patience_seconds=patience_seconds,
    )
