"""Text that came from elsewhere, as Markdown that says nothing but that text.

GitHub's dialect makes links of addresses and mentions of ``@`` after escapes are resolved, so that
no escape keeps it from that. In a code span it does not.
"""

import re
from collections.abc import Iterable

from reports.page.visible import clause_link, clause_title

# Addresses, mentions, and labels such as code#1, which would be references to issues.
_LINKING = re.compile(r"[^\s|`]*(?:@|://|www\.|mailto:|xmpp:|#\d|\bGH-\d)[^\s|`]*", re.IGNORECASE)
_MEANT = re.compile(r"([\\`*_{}\[\]<>()#+\-.!|~&:=$^\"'])")


def escape(text: str) -> str:
    """Text on one line, outside of any construct; white space is collapsed."""
    text = " ".join(text.split())
    told, end = [], 0
    for match in _LINKING.finditer(text):
        told += [_MEANT.sub(r"\\\1", text[end : match.start()]), f"`{match[0]}`"]
        end = match.end()
    return "".join([*told, _MEANT.sub(r"\\\1", text[end:])])


def clause_links(clauses: Iterable[str]) -> str:
    """Clauses, each linked to its text where that is known."""
    told = []
    for clause in clauses:
        title, link = escape(clause_title(clause)), clause_link(clause)
        told.append(f"[{title}]({link})" if link else title)
    return ", ".join(told)
