"""Small documents of every kind, made byte by byte."""

import io
import zipfile
from collections.abc import Sequence

from grader.synthetic.report import pages_pdf
from grader.worker.reading.layout import Budget, Line

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def budget() -> Budget:
    return Budget(pages=20, pictures=10, seconds=60.0)


def texts(lines: Sequence[Line]) -> list[str]:
    return [" ".join(word.text for word in line.words) for line in lines]


def docx(blocks: Sequence[str | Sequence[Sequence[str]]], picture: bytes = b"") -> bytes:
    """A Word document of paragraphs and tables, and a PNG at its end."""
    body = "".join(_paragraph(b) if isinstance(b, str) else _table(b) for b in blocks)
    body += _PICTURE if picture else ""
    parts = {
        "[Content_Types].xml": '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats'
        '.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd'
        '.openxmlformats-package.relationships+xml"/><Default Extension="png" ContentType="image'
        '/png"/><Default Extension="xml" ContentType='
        '"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/>'
        "</Types>",
        "_rels/.rels": f'<?xml version="1.0"?><Relationships xmlns="{RELATIONS}"><Relationship'
        f' Id="r1" Type="{OFFICE}/officeDocument" Target="word/document.xml"/></Relationships>',
        "word/document.xml": f'<?xml version="1.0"?><w:document xmlns:w="{W}"><w:body>{body}'
        "</w:body></w:document>",
    }
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
        if picture:
            archive.writestr("word/media/image1.png", picture)
            archive.writestr(
                "word/_rels/document.xml.rels",
                f'<?xml version="1.0"?><Relationships xmlns="{RELATIONS}"><Relationship Id="r5"'
                f' Type="{OFFICE}/image" Target="media/image1.png"/></Relationships>',
            )
    return buffer.getvalue()


_PICTURE = (
    '<w:p><w:r><w:drawing><wp:inline xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006'
    '/wordprocessingDrawing"><a:graphic xmlns:a="http://schemas.openxmlformats.org/drawingml/2006'
    '/main"><a:graphicData><pic:pic xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006'
    f'/picture"><pic:blipFill><a:blip xmlns:r="{OFFICE}" r:embed="r5"/></pic:blipFill></pic:pic>'
    "</a:graphicData></a:graphic></wp:inline></w:drawing></w:r></w:p>"
)


def _paragraph(text: str) -> str:
    return f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"


def _table(rows: Sequence[Sequence[str]]) -> str:
    cells = ("".join(f"<w:tc>{_paragraph(cell)}</w:tc>" for cell in row) for row in rows)
    return "<w:tbl>" + "".join(f"<w:tr>{row}</w:tr>" for row in cells) + "</w:tbl>"


def encrypted_pdf() -> bytes:
    """A PDF that says it is encrypted with a password that nobody knows."""
    plain = pages_pdf([["secret"]])
    key = b"<< /Filter /Standard /V 1 /R 2 /P -4 /O <" + b"41" * 32 + b"> /U <" + b"42" * 32
    trailer = b"trailer\n<< /ID [<00><00>] /Encrypt " + key + b"> >>"
    return plain.replace(b"trailer\n<<", trailer)
