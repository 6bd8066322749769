"""Looks at a process and all that it has started, as the kernel accounts for them."""

import os
import resource
import stat
from contextlib import suppress
from pathlib import Path
from typing import ClassVar

TICKS = os.sysconf("SC_CLK_TCK")
"""Of the kernel's accounts, a second."""


def process_tree(root: int) -> list[int]:
    """The process and all its descendants."""
    found = [root]
    for pid in found:
        with suppress(OSError):  # it ended meanwhile
            for thread in Path(f"/proc/{pid}/task").iterdir():
                found += map(int, (thread / "children").read_text(encoding="ascii").split())
    return found


def exceeds_memory(root: int, limit: int) -> bool:
    """Whether a process and all below it hold more than `limit` bytes of RAM for themselves.

    The quick sum counts for each fork what it shares with its parent. Only where that is too much
    is the slow one asked, which divides what is shared by its sharers.
    """
    pids = process_tree(root)
    return sum(map(own_memory, pids)) > limit and sum(map(fair_memory, pids)) > limit


def own_memory(pid: int) -> int:
    """Bytes of one process that are no file's, 0 where it has ended."""
    resident, shared = _resident_pages(pid)
    return (resident - shared) * os.sysconf("SC_PAGE_SIZE")


def resident_memory(pid: int) -> int:
    """Bytes of one process, files and all that it shares included, 0 where it has ended."""
    return _resident_pages(pid)[0] * os.sysconf("SC_PAGE_SIZE")


def _resident_pages(pid: int) -> tuple[int, int]:
    """All of a process, and those of them that belong to files."""
    with suppress(OSError, ValueError):
        statm = Path(f"/proc/{pid}/statm").read_text(encoding="ascii")
        resident, files = map(int, statm.split()[1:3])
        return resident, files
    return 0, 0


def fair_memory(pid: int) -> int:
    """The same with its share of what it shares; the whole where the kernel does not tell that."""
    anonymous = _set_sizes(pid).get("Pss_Anon")
    return own_memory(pid) if anonymous is None else anonymous


def proportional_set_size(pid: int) -> int:
    """Memory of a process in bytes, files too, what it shares divided by the number of sharers."""
    return _set_sizes(pid).get("Pss", 0)


def _set_sizes(pid: int) -> dict[str, int]:
    """Bytes of each kind; none of a process that has ended, or that is another user's."""
    try:
        _, *lines = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines()
    except (OSError, ValueError):
        return {}
    return {line.partition(":")[0]: int(line.split()[1]) * 1024 for line in lines}


def nameless_bytes(root: int) -> int:
    """Bytes of files that processes hold open and that lie in no folder, each file counted once.

    Whoever looks through folders does not see them, on a disk or in memory (memfd_create).
    """
    sizes: dict[tuple[int, int], int] = {}
    for pid in process_tree(root):
        with suppress(OSError), os.scandir(f"/proc/{pid}/fd") as handles:
            for handle in handles:
                with suppress(OSError):  # it was closed meanwhile
                    info = os.stat(handle.path)
                    if stat.S_ISREG(info.st_mode) and info.st_nlink == 0:
                        sizes[info.st_dev, info.st_ino] = info.st_blocks * 512
    return sum(sizes.values())


def processor_seconds(root: int) -> float:
    """Processor seconds of a process, of all below it, and of those that these have waited for."""
    total = 0
    for pid in process_tree(root):
        with suppress(OSError, ValueError):
            stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
            total += sum(map(int, stat.rpartition(")")[2].split()[11:15]))
    return total / TICKS


class Meter:
    """Sees to it that all seconds below one child are accounted for.

    A sandbox may end without waiting for what ran inside, and the kernel then charges nobody.
    """

    charged = 0.0
    """Seconds that all meters of this process found and the kernel did not."""

    standing: ClassVar[set[int]] = set()
    """Children that live for long: what they have computed so far counts as well."""

    def __init__(self, child: int) -> None:
        self._child = child
        self._before = _accounted_for()
        self._seen = 0.0

    def look(self) -> None:
        """To be called now and then while the child lives; what it used after the last is lost."""
        self._seen = max(self._seen, processor_seconds(self._child))

    def close(self) -> None:
        """To be called once, when the child has been waited for."""
        Meter.charged += max(0.0, self._seen - (_accounted_for() - self._before))


def children_seconds() -> float:
    """Processor seconds of all children of this process that have ended, and of all below them."""
    return _accounted_for() + Meter.charged


def _accounted_for() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime + sum(map(processor_seconds, Meter.standing))
