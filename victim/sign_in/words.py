"""The words by which people know what a field is for and what a button does."""

import re

_NAME = r"user.?name|\buser\b|user_?id|log.?in|e-?mail|account|identif|benutzer|utilisateur|usuario"
_CODE = r"one-time|otp|\btotp\b|2fa|mfa|verification|passcode|captcha|security.?code|\bpin\b"
_ALLOW = (
    r"allow|authori[sz]e|accept|approve|grant|agree|consent|permit|confirm|\byes\b|oui|\bja\b"
    r"|erlauben|zustimmen|autoriser|aceptar|permitir|consentire"
)
_DENY = (
    r"deny|denied|decline|reject|refuse|disallow|cancel|abort|don.?t|do.not|disagree|\bnot?\b|no,"
    r"|ablehnen|abbrechen|nein|annuler|refuser|rechazar|cancelar|denegar"
)
_SIGN_IN = r"(log|sign).?(me.)?(in|on)\b|next|continue|anmelden|weiter|connexion|entrar|submit"
_CONTINUE = r"continue|next|proceed|\bok\b|go on|weiter|fortfahren|continuer|continuar|submit"
_ELSEWHERE = (
    r"log.?out|sign.?out|log.?off|abmelden|register|regist|sign.?up|create|forg[eo]t|reset|recover"
    r"|help|search|language|locale|another|different|other|switch|\bback\b|return|retry|try again"
    r"|\bhome\b|subscribe|newsletter|passkey|webauthn|delete|remove|revoke|\bshow\b|resend"
    r"|(with|via|using) (google|github|facebook|apple|microsoft|x\b|a |an |saml|sso)"
)
_REMEMBER = r"remember|stay|keep me|trust this|merken|angemeldet|rester"
_ASKS_CONSENT = (
    r"permission|(would like|wants|requests?|requesting|asks?) .{0,60}(access|to)\b|authori[sz]e"
    r"|consent|allow .{0,60}access|grant"
)


def _pattern(words: str) -> re.Pattern[str]:
    return re.compile(words, re.IGNORECASE)


USER_NAME = _pattern(_NAME)
ONE_TIME_CODE = _pattern(_CODE)
ALLOW = _pattern(_ALLOW)
DENY = _pattern(_DENY)
SIGN_IN = _pattern(_SIGN_IN)
CONTINUE = _pattern(_CONTINUE)
ELSEWHERE = _pattern(_ELSEWHERE)
"""What somebody who wants to sign in and go on does not press."""
REMEMBER = _pattern(_REMEMBER)
ASKS_CONSENT = _pattern(_ASKS_CONSENT)
