from grader.resources import PACKAGE, assignments_dir, bundled_data_dir, templates_dir


def test_what_travels_with_the_package_is_found() -> None:
    assert (PACKAGE / "worker" / "__main__.py").is_file()
    assert (templates_dir() / "report.html.j2").is_file()
    assert list(assignments_dir().glob("*/assignment.toml"))
    assert any(bundled_data_dir().iterdir())
