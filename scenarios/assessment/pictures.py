"""What a user saw who did not get in, where no browser with a window was there to see it."""

from pathlib import Path

from playwright.async_api import Error as PlaywrightError
from playwright.async_api import async_playwright

from scenarios.assessment.honest_logins import HonestLogin
from scenarios.stage.chromium import launch_options
from scenarios.stage.options import StageOptions


async def draw(
    logins: list[HonestLogin], account: str, folder: Path, options: StageOptions
) -> list[Path]:
    """Draw the last page of each login into a PNG file; without scripts, and from the log alone.

    A browser that cannot do it leaves it: a picture is no evidence.
    """
    drawn = []
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(**launch_options(options))
        context = await browser.new_context(java_script_enabled=False, offline=True)
        for login in logins:
            path = folder / f"{account}-at-{login.client}.png"
            page = await context.new_page()
            try:
                await page.set_content(login.page, wait_until="commit")
                await page.screenshot(path=path, mask=[page.locator("input[type=password]")])
            except PlaywrightError:
                continue
            drawn.append(path)
        await browser.close()
    return drawn
