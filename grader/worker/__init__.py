"""The only room that imports student code. It runs inside the sandbox and knows no right answers.

It imports nothing from the rest of the package: the sandbox shows it alone. The trusted side
believes nothing it says before `grader.wire` has checked it.
"""

FILTER, EXPORT = "--filter", "--export"
"""On a worker's command line: refuse some system calls; have torch's exporter ready."""
