"""What a user saw who did not get in, where no browser with a window was there to see it."""

import socket
from html import escape
from pathlib import Path

from playwright.async_api import Error as PlaywrightError
from playwright.async_api import Page, async_playwright

from scenarios.assessment.honest_logins import HonestLogin
from scenarios.stage.chromium import launch_options
from scenarios.stage.options import StageOptions

_EVERYTHING = "<-loopback>"
_FRAME = """\
<!doctype html>
<meta http-equiv="Content-Security-Policy"
  content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
<body style="margin: 0">
<iframe sandbox srcdoc="{}" style="border: 0; width: 100vw; height: 100vh"></iframe>"""
"""In a sandbox a page runs no script, and goes nowhere by itself (HTML, "sandboxing")."""


async def draw(
    logins: list[HonestLogin], account: str, folder: Path, options: StageOptions
) -> list[Path]:
    """Draw the last page of each login into a PNG file; without scripts, and from the log alone.

    A browser that cannot do it leaves it: a picture is no evidence.
    """
    drawn = []
    with socket.socket() as nowhere:
        # Offline, a browser still opens connections that it may need later. Here nobody listens.
        nowhere.bind(("127.0.0.1", 0))
        server = f"http://127.0.0.1:{nowhere.getsockname()[1]}"
        async with async_playwright() as playwright:
            browser = await playwright.chromium.launch(
                proxy={"server": server, "bypass": _EVERYTHING}, **launch_options(options)
            )
            context = await browser.new_context(java_script_enabled=False, offline=True)
            for login in logins:
                path = folder / f"{account}-at-{login.client}.png"
                if await _drew(await context.new_page(), login.page, path):
                    drawn.append(path)
            await browser.close()
    return drawn


async def _drew(page: Page, html: str, path: Path) -> bool:
    try:
        await page.set_content(_FRAME.format(escape(html)))
        passwords = page.frame_locator("iframe").locator("input[type=password]")
        await page.screenshot(path=path, mask=[passwords])
    except PlaywrightError:
        return False
    return True
