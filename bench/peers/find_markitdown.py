"""markitdown: one Markdown table per sheet. It gives no addresses; the table begins at A1, as its text shows."""

import re

from markitdown import MarkItDown
from peer_frame import serve

CONVERTER = MarkItDown()
RULE = re.compile(r"[|\s:-]+")
BAR = re.compile(r"(?<!\\)\|")


def find(path, _):
    found, name, rows, columns = {}, None, 0, 0
    for line in [*CONVERTER.convert(path).text_content.split("\n"), "## "]:
        if line.startswith("## "):
            if name is not None:
                found[name] = [(1, 1, columns, rows)] if rows > 0 and columns > 0 else []
            name, rows, columns = line[3:], 0, 0
        elif line.startswith("|") and not RULE.fullmatch(line):
            rows += 1
            columns = max(columns, len(BAR.split(line)) - 2)
    return found


serve("markitdown", find)
