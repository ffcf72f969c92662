"""The settings of plays: for each channel, the victim's device with and without the thief."""

from scenarios.channels import (
    ACCESS_LOG,
    BROWSER_EXTENSION,
    BROWSER_HISTORY,
    CUSTOM_SCHEME,
    FRAMED_PAGES,
    LOOPBACK,
    LOOPBACK_PORTS,
    PLAINTEXT,
    WEB_PAGES,
    Channel,
)
from scenarios.settings.access_log import AccessLogSetting
from scenarios.settings.browser_extension import BrowserExtensionSetting
from scenarios.settings.browser_history import BrowserHistorySetting
from scenarios.settings.custom_scheme import CustomSchemeSetting
from scenarios.settings.framed_pages import FramedPagesSetting
from scenarios.settings.loopback import LoopbackSetting
from scenarios.settings.loopback_ports import LoopbackPortsSetting
from scenarios.settings.plaintext import PlaintextSetting
from scenarios.settings.setting import Setting
from scenarios.settings.web_pages import WebPagesSetting

SETTINGS: dict[Channel, type[Setting]] = {
    CUSTOM_SCHEME: CustomSchemeSetting,
    LOOPBACK: LoopbackSetting,
    PLAINTEXT: PlaintextSetting,
    ACCESS_LOG: AccessLogSetting,
    LOOPBACK_PORTS: LoopbackPortsSetting,
    WEB_PAGES: WebPagesSetting,
    FRAMED_PAGES: FramedPagesSetting,
    BROWSER_HISTORY: BrowserHistorySetting,
    BROWSER_EXTENSION: BrowserExtensionSetting,
}
"""Where each channel is set up. A new channel is one class more."""

__all__ = ["SETTINGS", "Setting"]
