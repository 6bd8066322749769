"""The claims of the flagship's report for looking at the page, one of each verdict."""

import base64
import io

from PIL import Image

from grader.claims.found import Place
from grader.claims.verdicts import Claim, ReportClaims


def picture(width: int = 300, height: int = 40) -> str:
    """A grey picture as the reader cuts them, in base64."""
    buffer = io.BytesIO()
    Image.new("P", (width, height), 7).save(buffer, "PNG")
    return base64.b64encode(buffer.getvalue()).decode("ascii")


def of_sample() -> ReportClaims:
    return ReportClaims(
        kind="pdf",
        complete=True,
        pages=7,
        claims=[
            Claim(
                id="NetLin-matrix",
                question="1.1",
                title="Confusion matrix of NetLin",
                verdict="confirmed",
                said="10 x 10, 10000 images, 6950 on the diagonal",
                computed="Every row adds up to its class's number of test images (KMNIST).",
                place=Place(page=1, words="[[764. 5. 8.", picture="place0"),
            ),
            Claim(
                id="MLP-table",
                question="2.2",
                title="Table of activations",
                verdict="contradicted",
                said="9 points, 45 cells",
                computed="18 of 45 cells disagree with the weights of check.py.",
                detail=["(0, 2) H3: 0, computed 1", "(1, 2) H3: 0, computed 1"],
                place=Place(page=3, words="(0, 2) 0 1 0 1 0", picture="place1"),
            ),
            Claim(
                id="NetLin-accuracy",
                question="1.1",
                title="Final accuracy of NetLin",
                verdict="not reproducible",
                said="6950/10000 (70%)",
                computed="The report speaks of the official images.",
                place=Place(page=1, words="Accuracy: 6950/10000 (70%)"),
            ),
            Claim(
                id="pictures-2.1",
                question="2.1",
                title="Pictures of the five trained hidden nodes and the output",
                verdict="absent",
                said="0 under this question; at least 6 are asked for",
            ),
        ],
        pictures={"place0": picture(), "place1": picture(200, 90)},
    )
