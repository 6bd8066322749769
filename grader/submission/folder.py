"""Reads a folder that somebody else filled: links are not followed, pipes are not waited for."""

import errno
import os
import stat
from collections import deque
from pathlib import Path

from grader.submission.collect import Collector, LimitReachedError, display_name

SAFE_OPEN = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


def take_folder(top: Path, collector: Collector) -> None:
    """Take every regular file below `top` into the collector; the rest is left out with a note.

    Breadth first, so that a limit cuts off what lies deep rather than what is handed in.

    Raises:
        OSError: `top` itself cannot be read.
    """
    waiting = deque([(top, "")])
    try:
        while waiting:
            folder, prefix = waiting.popleft()
            for entry in _entries(folder, prefix, collector):
                raw = prefix + entry.name
                collector.count_entry()
                if entry.is_dir(follow_symlinks=False):
                    if collector.accept(raw) is not None:
                        waiting.append((Path(entry.path), raw + "/"))
                else:
                    _take_file(Path(entry.path), raw, collector)
    except LimitReachedError as limit:
        collector.leave_out(f"everything after the limit ({limit})", display_name(raw))


def _entries(folder: Path, prefix: str, collector: Collector) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            return sorted(entries, key=lambda entry: entry.name)
    except PermissionError:
        if not prefix:
            raise
        collector.leave_out("unreadable folders", prefix)
        return []


def _take_file(path: Path, raw: str, collector: Collector) -> None:
    name = collector.accept(raw)
    if name is None:
        return
    try:
        if not stat.S_ISREG(path.lstat().st_mode):
            collector.leave_out("links, devices and pipes", raw)
            return
        descriptor = os.open(path, SAFE_OPEN)
    except OSError as error:
        reason = "links, devices and pipes" if error.errno == errno.ELOOP else "unreadable files"
        collector.leave_out(reason, raw)
        return
    with os.fdopen(descriptor, "rb") as source:
        collector.add(name, source)
