"""The frame that all peers in Python share: it reads paths of workbooks and answers each with a line of JSON.

A peer's program calls serve(package, find). find(path, settings) gives {sheet: [range, ...]}; a range is "A1:F20" or
(left, top, right, bottom), counted from 1, both ends included. Arguments of the program are settings: name=value.

Standard output has {"version": ...} first, then one line per path, in their order: {"sheets": {...}} or {"error": ...}.
What a package prints itself goes to standard error.
"""

import json
import os
import signal
import sys
from importlib.metadata import version

SECONDS = 30
"""Processor time that one workbook may take."""


class TooLong(BaseException):
    """Raised in the middle of a workbook; no package catches it by accident."""


def serve(package, find):
    """Answers paths from standard input until it ends."""
    settings = dict(argument.split("=", 1) for argument in sys.argv[1:])
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    signal.signal(signal.SIGPROF, stop)
    tell(answers, {"version": version(package)})
    for line in sys.stdin:
        tell(answers, answer(find, line.rstrip("\n"), settings))


def answer(find, path, settings):
    """The answer for one workbook."""
    signal.setitimer(signal.ITIMER_PROF, SECONDS)
    try:
        found = find(path, settings)
        return {"sheets": {sheet: [in_words(each) for each in ranges] for sheet, ranges in found.items()}}
    except (Exception, TooLong) as error:
        return {"error": f"{type(error).__name__}: {error}"[:200]}
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)


def stop(*_):
    """The signal after too much processor time."""
    raise TooLong(f"more than {SECONDS} s of processor time")


def tell(answers, value):
    """Writes one line at once, so that it is there even if the next workbook ends the process."""
    answers.write(json.dumps(value, ensure_ascii=True) + "\n")
    answers.flush()


def in_words(area):
    """A1:F20."""
    if isinstance(area, str):
        return area
    left, top, right, bottom = area
    return f"{letters(left)}{top}:{letters(right)}{bottom}"


def letters(column):
    """27 is AA."""
    name = ""
    while column > 0:
        column, rest = divmod(column - 1, 26)
        name = chr(ord("A") + rest) + name
    return name
