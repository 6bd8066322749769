import os
import stat
from pathlib import Path

from grader.cohort.stages import _opened, packed
from grader.submission.intake import Submission, open_submission


def private_copy(folder: Path) -> Submission:
    source = folder / "z0000001"
    (source / "parts").mkdir(parents=True)
    (source / "kuzu.py").write_text("import parts.net")
    (source / "parts" / "net.py").write_text("")
    return open_submission(source, folder / "work", ("kuzu.py",))


def test_a_submission_that_travelled_can_be_read_by_the_sandbox_whatever_the_umask(
    tmp_path: Path,
) -> None:
    (tmp_path / "work").mkdir()
    parcel = packed(private_copy(tmp_path))
    before = os.umask(0o077)
    try:
        with _opened(parcel) as submission:
            assert submission.root != parcel.submission.root
            found = {
                str(path.relative_to(submission.root)): stat.S_IMODE(path.stat().st_mode)
                for path in (submission.root, *submission.root.rglob("*"))
            }
            source = submission.path_of("kuzu.py")
            assert source is not None
            assert source.read_text() == "import parts.net"
    finally:
        os.umask(before)
    assert found == {".": 0o755, "kuzu.py": 0o644, "parts": 0o755, "parts/net.py": 0o644}
