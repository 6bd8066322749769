from pathlib import Path

from grader.handin.listing import Listing

from .cohort_folders import tree


def test_what_was_left_out_is_listed_where_it_would_lie(tmp_path: Path) -> None:
    tree(tmp_path, "z1111111/kuzu.py")
    lost = tmp_path / "z1111111" / "weights.pth"
    listing = Listing(tmp_path, {lost: "too large"})
    assert [entry.name for entry in listing.entries(tmp_path)] == ["z1111111"]
    kuzu, weights = listing.entries(tmp_path / "z1111111")
    assert (kuzu.kind, kuzu.trouble) == ("file", "")
    assert (weights.kind, weights.trouble) == ("other", "too large")


def test_what_is_there_is_not_hidden_by_what_was_left_out(tmp_path: Path) -> None:
    tree(tmp_path, "kuzu.py")
    listing = Listing(tmp_path, {tmp_path / "kuzu.py": "an earlier one"})
    (entry,) = listing.entries(tmp_path)
    assert (entry.kind, entry.trouble) == ("file", "")


def test_a_submission_says_what_it_lost_by_reason(tmp_path: Path) -> None:
    folder = tmp_path / "z1111111"
    reasons = {folder / f"{name}.pth": "too large" for name in "abcd"}
    reasons |= {folder / "src" / "a": "a link", tmp_path / "z2222222": "a pipe"}
    listing = Listing(tmp_path, reasons)
    assert listing.left_out_below(folder) == (
        "left out, too large: z1111111/a.pth, z1111111/b.pth, z1111111/c.pth and 1 more; "
        "left out, a link: z1111111/src/a"
    )
    assert listing.left_out_below(tmp_path / "z3333333") == ""


def test_a_folder_is_empty_where_only_folders_and_hidden_files_are(tmp_path: Path) -> None:
    listing = Listing(tmp_path)
    tree(tmp_path, "a/b/c/", "a/.DS_Store", "__MACOSX/kuzu.py")
    assert listing.is_empty(tmp_path)
    tree(tmp_path, "a/b/c/kuzu.py")
    assert not listing.is_empty(tmp_path)


def test_a_folder_deeper_than_submissions_are_is_not_searched_to_its_end(tmp_path: Path) -> None:
    tree(tmp_path, "/".join("abcdefghijkl") + "/")
    assert not Listing(tmp_path).is_empty(tmp_path)
