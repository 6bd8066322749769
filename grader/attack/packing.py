"""The ways in which a hostile submission is handed in: a folder, or an archive that lies."""

import io
import os
import stat
import tarfile
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

Files = Mapping[str, str]
MIB = 2**20


def folder(files: Files, place: Path) -> Path:
    """A plain folder."""
    target = place / "z0000001"
    for name, text in files.items():
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        (target / name).write_text(text, encoding="utf-8", errors="surrogateescape")
    return target


def folder_with_links(files: Files, place: Path) -> Path:
    """Beside the code lie a link to the home folder, a pipe, and a check.py that is a link."""
    target = folder(files, place)
    (target / "home").symlink_to(place.parent / "home")
    (target / "check.py").symlink_to(place.parent / "home" / ".bashrc")
    os.mkfifo(target / "hw1.pdf")
    return target


def folder_called_formula(files: Files, place: Path) -> Path:
    """A folder whose name a spreadsheet program would calculate."""
    return folder(files, place).rename(place / '=HYPERLINK("http:example.org","open")')


def zip_slip(files: Files, place: Path) -> Path:
    """Names that lead out of the folder, absolute ones, and one with a drive letter."""
    mark = str(place.parent / "mark")
    climb = "../" * 12
    return _zip(
        place,
        files,
        {"../../mark": "x", climb + mark: "x", mark: "x", "C:\\mark": "x", "..\\..\\mark": "x"},
    )


def zip_link(files: Files, place: Path) -> Path:
    """A link to the folder above, then a file through it; and check.py as a link."""
    link, secret = zipfile.ZipInfo("up"), zipfile.ZipInfo("check.py")
    for member in (link, secret):
        member.create_system = 3
        member.external_attr = (stat.S_IFLNK | 0o777) << 16
    target = place / "z0000001.zip"
    with zipfile.ZipFile(target, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
        archive.writestr(link, str(place.parent))
        archive.writestr(secret, str(place.parent / "home" / ".bashrc"))
        archive.writestr("up/mark", "x")
    return target


def zip_bomb(files: Files, place: Path) -> Path:
    """A thousand megabytes of zeros in one."""
    target = place / "z0000001.zip"
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(name, text)
        with archive.open("zeros.bin", "w", force_zip64=True) as member:
            for _ in range(1000):
                member.write(bytes(MIB))
    return target


def zip_of_zips(files: Files, place: Path) -> Path:
    """An archive in an archive in an archive, each of which unpacks to ten of the next."""
    content = b"0" * MIB
    for depth in range(3):
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
            for number in range(10):
                archive.writestr(f"{depth}-{number}.zip", content)
        content = buffer.getvalue()
    target = place / "z0000001.zip"
    with zipfile.ZipFile(target, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
        archive.writestr("more.zip", content)
    return target


def zip_many(files: Files, place: Path) -> Path:
    """Five thousand empty files."""
    return _zip(place, {}, {f"{number}.txt": "" for number in range(5000)} | dict(files))


def zip_names(files: Files, place: Path) -> Path:
    """Names with line breaks, escape codes, a reversed direction, and of enormous length."""
    odd = ("a\nb.py", "\x1b[31mred.py", "\u202eyp.uzuk", "x" * 300 + ".py", "con\x07.py")
    return _zip(place, files, dict.fromkeys(odd, "x"))


def tar_devices(files: Files, place: Path) -> Path:
    """A device, a pipe, absolute names, a link that is followed by a file through it."""
    home = str(place.parent / "home")

    def special(name: str, kind: bytes, link: str = "") -> tarfile.TarInfo:
        member = tarfile.TarInfo(name)
        member.type, member.linkname = kind, link
        member.devmajor, member.devminor = 1, 3
        return member

    target = place / "z0000001.tar"
    with tarfile.open(target, "w") as archive:
        for member in (
            special("null", tarfile.CHRTYPE),
            special("pipe", tarfile.FIFOTYPE),
            special("up", tarfile.SYMTYPE, str(place.parent)),
            special("check.py", tarfile.LNKTYPE, f"{home}/.bashrc"),
        ):
            archive.addfile(member)
        for name in (str(place.parent / "mark"), "../../mark", "up/mark"):
            _add(archive, name, "x")
        for name, text in files.items():
            _add(archive, name, text)
    return target


def tar_sparse(files: Files, place: Path) -> Path:
    """A header that promises a terabyte, with nothing behind it."""
    target = place / "z0000001.tar"
    with tarfile.open(target, "w") as archive:
        for name, text in files.items():
            _add(archive, name, text)
        giant = tarfile.TarInfo("giant.bin")
        giant.size = 2**40
        archive.addfile(giant)
    return target


def _add(archive: tarfile.TarFile, name: str, text: str) -> None:
    member = tarfile.TarInfo(name)
    member.size = len(text.encode())
    archive.addfile(member, io.BytesIO(text.encode()))


def _zip(place: Path, *contents: Files) -> Path:
    target = place / "z0000001.zip"
    with zipfile.ZipFile(target, "w") as archive:
        for files in contents:
            for name, text in files.items():
                archive.writestr(name, text)
    return target


PACKINGS: Mapping[str, Callable[[Files, Path], Path]] = {
    function.__name__: function
    for function in (
        folder,
        folder_with_links,
        folder_called_formula,
        zip_slip,
        zip_link,
        zip_bomb,
        zip_of_zips,
        zip_many,
        zip_names,
        tar_devices,
        tar_sparse,
    )
}
