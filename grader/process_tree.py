"""Looks at a process and all that it has started, as the kernel accounts for them."""

import os
import re
import resource
import stat
from collections.abc import Iterator
from contextlib import suppress
from itertools import chain
from pathlib import Path
from typing import ClassVar

TICKS = os.sysconf("SC_CLK_TCK")
"""Of the kernel's accounts, a second."""

SIZE = re.compile(r"^(\w+):\s+(\d+) kB$", re.ASCII | re.MULTILINE)
"""A line of them. Others hold the name of the process, which it chooses."""


def process_tree(root: int) -> list[int]:
    """The process and all its descendants."""
    found = [root]
    for pid in found:
        for thread in _threads(pid):
            with suppress(OSError):  # it ended meanwhile
                found += map(int, (thread / "children").read_text(encoding="ascii").split())
    return found


def exceeds_memory(root: int, limit: int) -> bool:
    """Whether a process and all below it hold more than `limit` bytes of memory for themselves.

    The quick sum counts for each fork what it shares with its parent. Only where that is too much
    is the slow one asked, which divides what is shared by its sharers.
    """
    pids = process_tree(root)
    return sum(map(own_memory, pids)) > limit and sum(map(fair_memory, pids)) > limit


def own_memory(pid: int) -> int:
    """Bytes of one process that are no file's on a disk, 0 where it has ended.

    Memory that is shared without a file belongs to them, what was moved to the swap, and the tables
    of pages.
    """
    kinds = ("RssAnon", "RssShmem", "VmSwap", "HugetlbPages", "VmPTE")
    return _sum_of(_sizes(pid, "status"), *kinds)


def resident_memory(pid: int) -> int:
    """Bytes of one process, files and all that it shares included, 0 where it has ended."""
    return _sizes(pid, "status").get("VmRSS", 0)


def fair_memory(pid: int) -> int:
    """The same with its share of what it shares; the whole where the kernel does not tell that."""
    sizes = _sizes(pid, "smaps_rollup")
    if "Pss_Anon" not in sizes:
        return own_memory(pid)
    kinds = ("Pss_Anon", "Pss_Shmem", "SwapPss", "Private_Hugetlb", "Shared_Hugetlb")
    return _sum_of(sizes, *kinds) + _sum_of(_sizes(pid, "status"), "VmPTE")


def proportional_set_size(pid: int) -> int:
    """Memory of a process in bytes, files too, what it shares divided by the number of sharers."""
    return _sizes(pid, "smaps_rollup").get("Pss", 0)


def _sum_of(sizes: dict[str, int], *kinds: str) -> int:
    return sum(sizes.get(kind, 0) for kind in kinds)


def _sizes(pid: int, account: str) -> dict[str, int]:
    """Bytes of each kind; none of a process that has ended, or that is another user's."""
    for text in _accounts(pid, account):
        if sizes := {kind: int(size) * 1024 for kind, size in SIZE.findall(text)}:
            return sizes
    return {}


def _accounts(pid: int, name: str) -> Iterator[str]:
    """What the kernel says of a process, and what of each of its threads.

    Of a first thread that has ended it says nothing, while others may go on.
    """
    for thread in (Path(f"/proc/{pid}"), *_threads(pid)):
        with suppress(OSError):
            yield (thread / name).read_text(encoding="utf-8", errors="replace")


def _threads(pid: int) -> list[Path]:
    with suppress(OSError):  # it ended meanwhile
        return list(Path(f"/proc/{pid}/task").iterdir())
    return []


def nameless_bytes(root: int) -> int:
    """Bytes of files that processes hold open and that lie in no folder, each file counted once.

    Whoever looks through folders does not see them, on a disk or in memory (memfd_create). Threads
    are looked at one by one, since each may have handles of its own.
    """
    sizes: dict[tuple[int, int], int] = {}
    for pid in process_tree(root):
        for thread in _threads(pid):
            with suppress(OSError), os.scandir(thread / "fd") as handles:
                for handle in handles:
                    with suppress(OSError):  # it was closed meanwhile
                        info = os.stat(handle.path)
                        if stat.S_ISREG(info.st_mode) and info.st_nlink == 0:
                            sizes[info.st_dev, info.st_ino] = info.st_blocks * 512
    return sum(sizes.values())


def maps_removed_files(root: int, folder: str) -> bool:
    """Whether a process keeps files that were removed from below a folder, as it sees the folder.

    How large they are, only root could find out.
    """
    mapped = re.compile(rf" {re.escape(folder)}/.* \(deleted\)$", re.MULTILINE)
    maps = chain.from_iterable(_accounts(pid, "maps") for pid in process_tree(root))
    return any(map(mapped.search, maps))


def files_in_memory(root: int, folder: str) -> int:
    """Files in a file system in memory that only processes below `root` see, in this folder.

    0 where they see no other one than this process.
    """
    for pid in process_tree(root):
        with suppress(OSError):  # it ended meanwhile
            if not os.path.samefile(f"/proc/{pid}/root", "/"):
                found = os.statvfs(f"/proc/{pid}/root{folder}")
                return found.f_files - found.f_ffree
    return 0


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
