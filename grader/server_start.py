"""The first thing that a server process imports: what it leaves out, its workers leave out, too."""

from grader.worker.lean_torch import collect_seldom, reading_no_sources, spare_the_compiler

spare_the_compiler()
collect_seldom()
with reading_no_sources():
    import torch  # noqa: F401
