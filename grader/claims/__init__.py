"""The student's own report: read in the sandbox, its claims found, checked and shown.

`read_report` runs inside `capture`, `check_claims` after everything else is known. What is read
with doubt never counts as read: it is shown to a person.
"""
