"""A job's log, as bytes in parts and as lines on a screen.

A log may be large and still grow: nothing here reads all of it into memory, and nothing takes
longer than a fraction of a second before it answers with what it has so far.
"""

from aibro.server.logs.chunks import MAX_CHUNK, read_log
from aibro.server.logs.lines import OpenLogs
from aibro.server.logs.pages import MAX_LINES, read_lines
from aibro.server.logs.search import MAX_HITS, MAX_TEXT, search_log

__all__ = [
    "MAX_CHUNK",
    "MAX_HITS",
    "MAX_LINES",
    "MAX_TEXT",
    "OpenLogs",
    "read_lines",
    "read_log",
    "search_log",
]
