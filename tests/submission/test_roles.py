import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.submission.roles import assign_roles, base_folder

ROLES = ("kuzu.py", "check.py", "hw1.pdf")


def kuzu(*names: str) -> str | None:
    return assign_roles(names, ("kuzu.py",)).names.get("kuzu.py")


@pytest.mark.parametrize(
    "name",
    [
        "kuzu.py",
        "Kuzu.py",
        "KUZU.PY",
        "kuzu(1).py",
        "kuzu (2).py",
        "kuzu.py.txt",
        "kuzu copy.py",
        "z0000001_kuzu.py",
        "hw1/Kuzu.py",
    ],
)
def test_names_that_browsers_and_systems_make_are_recognised(name: str) -> None:
    assert kuzu(name, "README") == name


@pytest.mark.parametrize("name", ["kuzu_main.py", "mykuzu.py", "kuzu.pyc", "kuzu", "a/b/kuzu.py"])
def test_other_names_are_not_taken(name: str) -> None:
    assert kuzu(name, "README") is None


def test_the_exact_name_wins_and_the_others_are_noted() -> None:
    found = assign_roles(["kuzu(1).py", "kuzu.py", "KUZU.py"], ("kuzu.py",))
    assert found.names == {"kuzu.py": "kuzu.py"}
    assert found.notes == ("kuzu.py: kuzu.py was taken, not KUZU.py, kuzu(1).py",)


def test_a_file_nearer_the_top_wins() -> None:
    assert kuzu("old/kuzu.py", "Kuzu.py") == "Kuzu.py"


def test_two_equally_good_files_leave_the_role_unfilled_and_name_both() -> None:
    found = assign_roles(["kuzu(1).py", "kuzu (2).py"], ("kuzu.py",))
    assert found.names == {}
    assert found.notes == (
        "kuzu.py: kuzu (2).py and kuzu(1).py could both be it; neither was taken",
    )


def test_a_changed_name_is_noted() -> None:
    assert assign_roles(["HW1.pdf"], ("hw1.pdf",)).notes == ("hw1.pdf: HW1.pdf was taken for it",)


def test_a_report_in_another_format_is_named() -> None:
    found = assign_roles(["kuzu.py", "check.py", "HW1.docx"], ROLES)
    assert found.notes == ("hw1.pdf: not handed in, but HW1.docx was",)


def test_a_missing_file_is_named() -> None:
    assert assign_roles(["check.py"], ("kuzu.py",)).notes == ("kuzu.py: not handed in",)


def test_a_wrapping_folder_is_where_the_submission_starts() -> None:
    found = assign_roles(["A1/z0000001/kuzu.py", "A1/z0000001/check.py"], ROLES)
    assert set(found.names) == {"kuzu.py", "check.py"}
    assert found.notes[0] == "the files lie in the folder A1/z0000001"


def test_an_unpacked_archive_is_no_folder_of_its_own() -> None:
    names = ["hw1.pdf", "code.zip/z0000001/kuzu.py", "code.zip/z0000001/check.py"]
    assert set(assign_roles(names, ROLES).names) == set(ROLES)


NAMES = st.lists(st.text("kuz.py/()1", min_size=1, max_size=12), unique=True).map(
    lambda raws: ["/".join(filter(None, raw.split("/"))) or "x" for raw in raws]
)


@given(NAMES)
def test_a_role_is_always_one_of_the_names_and_the_base_holds_all(names: list[str]) -> None:
    found = assign_roles(names, ROLES)
    assert set(found.names.values()) <= set(names)
    base = str(base_folder(names))
    assert base == "." or all(name.startswith(base + "/") for name in names)
