"""The filter, run by a small interpreter of classic BPF: every call of both machines is tried."""

import struct

import pytest

from grader.worker import seccomp
from grader.worker.seccomp import (
    ALLOW,
    ARCHITECTURES,
    CALLS,
    KILL_PROCESS,
    REFUSE,
    UNKNOWN,
    build_filter,
)

COLUMNS = {"x86_64": 0, "aarch64": 1}
ORDINARY = {
    "x86_64": {"read": 0, "open": 2, "mmap": 9, "fork": 57, "execve": 59, "wait4": 61, "ioctl": 16},
    "aarch64": {"read": 63, "openat": 56, "mmap": 222, "execve": 221, "ioctl": 29},
}


def answer(
    program: bytes, machine: str, number: int, *arguments: int, arch: int | None = None
) -> int:
    """What the filter returns for a call."""
    words = [*arguments, *[0] * (6 - len(arguments))]
    data = struct.pack("=iIQ6Q", number, arch or ARCHITECTURES[machine], 0, *words)
    steps = [struct.unpack("=HBBI", program[i : i + 8]) for i in range(0, len(program), 8)]
    at, loaded = 0, 0
    while True:
        code, yes, no, value = steps[at]
        at += 1
        if code == seccomp.RETURN:
            return int(value)
        if code == seccomp.LOAD:
            (loaded,) = struct.unpack_from("=I", data, value)
        elif code == seccomp.EQUAL:
            at += yes if loaded == value else no
        elif code == seccomp.AT_LEAST:
            at += yes if loaded >= value else no
        else:
            assert code == seccomp.ANY_BIT
            at += yes if loaded & value else no


@pytest.fixture(params=sorted(COLUMNS))
def machine(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.mark.parametrize("own", [None, 42])
def test_every_call_of_the_list_is_refused_and_no_other(machine: str, own: int | None) -> None:
    program = build_filter(machine, own_signals_only=own)
    column = COLUMNS[machine]
    special = {seccomp.CLONE[column], seccomp.CLONE3[column], seccomp.IOCTL[column]}
    special |= {seccomp.FCNTL[column], *(both[column] for both in seccomp.OWN_ALONE.values())}
    special |= {numbers[column] for numbers in seccomp.SIGNALS.values()}
    refused = {numbers[column] for numbers in (CALLS | seccomp.ABOUT_FILES).values()}
    assert not special & refused
    for number in range(470):
        if number not in special:
            expected = REFUSE if number in refused else ALLOW
            assert answer(program, machine, number) == expected, number


def test_what_is_known_about_files_may_be_changed_where_no_others_lie(machine: str) -> None:
    program = build_filter(machine, own_signals_only=None, about_files=False)
    for numbers in seccomp.ABOUT_FILES.values():
        if (number := numbers[COLUMNS[machine]]) is not None:
            assert answer(program, machine, number) == ALLOW


def test_ordinary_calls_pass(machine: str) -> None:
    program = build_filter(machine, own_signals_only=42)
    for name, number in ORDINARY[machine].items():
        assert answer(program, machine, number) == ALLOW, name


def test_a_thread_may_be_made_and_a_namespace_not(machine: str) -> None:
    program, clone = build_filter(machine, own_signals_only=None), seccomp.CLONE[COLUMNS[machine]]
    assert answer(program, machine, clone, 0x3D0F00) == ALLOW
    for flag in (0x10000000, 0x20000000, 0x40000000, 0x00020000, 0x02000000):
        assert answer(program, machine, clone, flag | 17) == REFUSE


def test_clone3_hides_its_flags_and_is_unknown(machine: str) -> None:
    program = build_filter(machine, own_signals_only=None)
    assert answer(program, machine, seccomp.CLONE3[0]) == UNKNOWN


def test_nobody_types_into_a_terminal(machine: str) -> None:
    program, ioctl = build_filter(machine, own_signals_only=None), seccomp.IOCTL[COLUMNS[machine]]
    assert answer(program, machine, ioctl, 0, 0x5401) == ALLOW
    assert answer(program, machine, ioctl, 0, 0x5412) == REFUSE
    assert answer(program, machine, ioctl, 0, 0x541C) == REFUSE


def test_nobody_has_the_kernel_signal_others(machine: str) -> None:
    program, fcntl = build_filter(machine, own_signals_only=None), seccomp.FCNTL[COLUMNS[machine]]
    assert answer(program, machine, fcntl, 0, 3) == ALLOW
    assert answer(program, machine, fcntl, 0, 8) == REFUSE
    assert answer(program, machine, fcntl, 0, 15) == REFUSE


def test_memory_is_shared_through_a_file_or_not_at_all(machine: str) -> None:
    program, mmap = build_filter(machine, own_signals_only=None), seccomp.MMAP[COLUMNS[machine]]
    shared, private, validated, anonymous, populated = 0x01, 0x02, 0x03, 0x20, 0x8000
    for flags in (shared, private, validated, private | anonymous, private | anonymous | populated):
        assert answer(program, machine, mmap, 0, 0, 3, flags) == ALLOW
    for flags in (shared | anonymous, validated | anonymous, shared | anonymous | populated):
        assert answer(program, machine, mmap, 0, 0, 3, flags) == REFUSE


def test_limits_are_a_process_s_own(machine: str) -> None:
    program = build_filter(machine, own_signals_only=None)
    for both in seccomp.OWN_ALONE.values():
        assert answer(program, machine, both[COLUMNS[machine]], 0) == ALLOW
        assert answer(program, machine, both[COLUMNS[machine]], 77) == REFUSE


def test_signals_go_to_the_process_itself_where_landlock_does_not_see_to_it(machine: str) -> None:
    kill = seccomp.SIGNALS["kill"][COLUMNS[machine]]
    program = build_filter(machine, own_signals_only=42)
    assert answer(program, machine, kill, 42, 9) == ALLOW
    for other in (1, 43, 2**32 - 1):
        assert answer(program, machine, kill, other, 9) == REFUSE
    assert answer(build_filter(machine, own_signals_only=None), machine, kill, 1, 9) == ALLOW


def test_calls_of_another_machine_end_the_process(machine: str) -> None:
    program = build_filter(machine, own_signals_only=None)
    assert answer(program, machine, 0, arch=0x40000003) == KILL_PROCESS
    x32 = answer(program, machine, 0x40000000 + 41)
    assert x32 == (KILL_PROCESS if machine == "x86_64" else ALLOW)


def test_an_unknown_machine_gets_no_filter() -> None:
    with pytest.raises(OSError, match="no filter for riscv64"):
        build_filter("riscv64", own_signals_only=None)
