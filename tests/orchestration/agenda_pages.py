"""How an agenda is read by a test: its page taken apart, and the English words that a Spanish one must not have."""

from __future__ import annotations

import re
from html.parser import HTMLParser

VOID = {"meta", "link", "br", "hr", "img"}
# words that an English agenda is full of, none of which is a Spanish one
ENGLISH = re.compile(
    r"\b(the|of|for|and|is|are|was|what|who|why|week|month|target|off|on|plan is|due|owner|alert|value|change|status|"
    r"certified|before|since|review|so far|chance|forecast|progress|confidence|March|February|written|playbook)\b",
    re.IGNORECASE,
)


def english_in(text: str) -> list[str]:
    """The English words in a text, but for the command's name, addresses, and what people wrote, which is in quotes."""
    said = re.sub("«[^»]*»", "", text).replace("kpi review", "").replace("example.com", "")
    return ENGLISH.findall(said)


class Page(HTMLParser):
    """A page's open elements, headings, texts, and whatever it would load."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.headings: list[str] = []
        self.loads: list[str] = []
        self.text: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        named = dict(attributes)
        self.loads += [named[name] for name in ("src", "href", "action", "srcset") if name in named]
        self.headings += [tag] if re.fullmatch("h[1-6]", tag) else []
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if self.open and self.open[-1] != "style":
            self.text.append(data)
