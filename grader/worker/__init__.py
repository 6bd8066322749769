"""The only room that imports student code. It runs inside the sandbox and knows no right answers.

It imports nothing from the rest of the package: the sandbox shows it alone. The trusted side
believes nothing it says before `grader.wire` has checked it.
"""

FILTER, EXPORT = "--filter", "--export"
"""On a worker's command line: refuse some system calls; have torch's exporter ready."""

STANDING = "standing"
"""The line that the holder of a sandbox's namespaces prints when its walls are up."""

UP = b"up"
"""What is heard of a forked worker when it stands behind its walls."""

PIPES = 3
"""Handles with each message to the process that workers are forked from.

They are the worker's stdin, its stdout and the socket of its guardian; namespaces may follow.
"""
