"""The first thing that a server process imports: what it leaves out, its workers leave out, too."""

from grader.lean_torch import collect_seldom, spare_the_compiler

spare_the_compiler()
collect_seldom()
