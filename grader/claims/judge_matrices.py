"""Judges confusion matrices and accuracies.

A matrix is held against itself (its rows against the class counts, its diagonal against the
accuracy line): that holds on any images. An accuracy is held against trainings only on the images
that the report speaks of, and against the spread of seeds, not to the digit.
"""

from collections.abc import Iterator, Sequence

from grader.claims.facts import Facts
from grader.claims.found import Accuracy, Found, Loss, Matrix
from grader.claims.verdicts import Claim, Draft

QUESTIONS = {"NetLin": "1.1", "NetFull": "1.2", "NetConv": "1.3"}


def judge_matrices(found: Found, facts: Facts) -> Iterator[Claim]:
    """Two claims a network: its matrix and its accuracy."""
    for network in facts.networks:
        yield _matrix_claim(network, found, facts)
        yield _accuracy_claim(network, found, facts)


def matrix_of(network: str, found: Found) -> Matrix | None:
    """Of several matrices the one whose diagonal is a stated accuracy, else the last."""
    own = [matrix for matrix in found.matrices if matrix.network == network]
    stated = [a.right for a in found.accuracies if a.network == network and a.right is not None]
    fitting = [matrix for matrix in own if matrix.right in stated and matrix.reliance == "certain"]
    chosen = fitting or own
    return chosen[-1] if chosen else None


def accuracy_of(network: str, found: Found) -> Accuracy | None:
    """The final accuracy: the last one printed, else the last one said."""
    own = [a for a in found.accuracies if a.network == network]
    printed = [a for a in own if a.final]
    chosen = printed or own
    return chosen[-1] if chosen else None


def training_loss(losses: Sequence[Loss]) -> Loss | None:
    """Of a network's losses that of the training: of an epoch, else of the last batch."""
    for kind in ("training", "batch"):
        if own := [loss for loss in losses if loss.kind == kind]:
            return own[-1]
    return None


def missing(found: Found, what: str, part: str = "1") -> Draft:
    """How a claim reads that is not there.

    It is absent only from a report that was read as a whole and shows no picture in this part: a
    picture may hold what no machine could read.
    """
    if found.complete and not found.pictures_in(part):
        return {"verdict": "absent", "said": f"The report holds no {what}."}
    return unrecognised(what)


def unrecognised(what: str) -> Draft:
    """How a claim reads that may be there in a form that is not read."""
    said = f"No {what} was found in what could be read of the report."
    return {"verdict": "not reproducible", "said": said, "certain": False}


def _matrix_claim(network: str, found: Found, facts: Facts) -> Claim:
    title = f"Confusion matrix of {network}"
    base: Draft = {
        "id": f"{network}-matrix",
        "question": QUESTIONS.get(network, ""),
        "title": title,
    }
    matrix = matrix_of(network, found)
    if matrix is None:
        if any(not m.network for m in found.matrices):
            said = "The report holds a confusion matrix that could not be given to a network."
            return Claim.model_validate(
                base | {"verdict": "not reproducible", "said": said, "certain": False}
            )
        return Claim.model_validate(base | missing(found, "confusion matrix for it"))
    size = len(matrix.cells)
    said = f"{size} x {size}, {matrix.total} images, {matrix.right} on the diagonal"
    said += " (rows were the network's choice; turned round)" if matrix.transposed else ""
    base |= {"said": said, "place": matrix.place, "detail": [*matrix.repairs, *matrix.doubts]}
    if matrix.reliance == "uncertain":
        computed = "It was read with doubt, so nothing is concluded from it."
        return Claim.model_validate(
            base | {"verdict": "not reproducible", "computed": computed, "certain": False}
        )
    if doubt := _doubtful_line(matrix, network, found):
        return Claim.model_validate(
            base | {"verdict": "not reproducible", "computed": doubt, "certain": False}
        )
    faults = inconsistencies(matrix, network, found)
    if faults:
        return Claim.model_validate(
            base | {"verdict": "contradicted", "computed": "; ".join(faults)}
        )
    sums = f"Every row adds up to its class's number of test images ({matrix.sums})"
    stated = _stated_right(network, found)
    agreed = ", the diagonal to the stated accuracy." if stated == matrix.right else "."
    return Claim.model_validate(base | {"verdict": "confirmed", "computed": sums + agreed})


def inconsistencies(matrix: Matrix, network: str, found: Found) -> list[str]:
    """Why no honest run gives this matrix: sums of rows, or the diagonal."""
    faults = []
    if not matrix.sums:
        sums = ", ".join(str(sum(row)) for row in matrix.cells)
        faults.append(f"The rows add up to {sums}: these are not the class counts of the test set")
    stated = _stated_right(network, found)
    if stated is not None and stated != matrix.right:
        faults.append(f"The diagonal adds up to {matrix.right}, the accuracy line says {stated}")
    return faults


def _doubtful_line(matrix: Matrix, network: str, found: Found) -> str:
    """Why diagonal and accuracy line disagree, where the line was read from a picture."""
    stated = _stated_right(network, found)
    printed = [a for a in found.accuracies if a.network == network and a.right == stated]
    if stated in (None, matrix.right) or not all(a.pictured for a in printed):
        return ""
    return (
        f"The diagonal adds up to {matrix.right}; in the picture of the accuracy line {stated} was"
        " read, and either may be misread."
    )


def _stated_right(network: str, found: Found) -> int | None:
    """The printed number of right images, if the report prints this of the network."""
    printed = [a for a in found.accuracies if a.network == network and a.right is not None]
    matrix = matrix_of(network, found)
    if matrix is not None and any(a.right == matrix.right for a in printed):
        return matrix.right
    return printed[-1].right if printed else None


def _accuracy_claim(network: str, found: Found, facts: Facts) -> Claim:
    title = f"Final accuracy of {network}"
    base: Draft = {
        "id": f"{network}-accuracy",
        "question": QUESTIONS.get(network, ""),
        "title": title,
    }
    accuracy, matrix = accuracy_of(network, found), matrix_of(network, found)
    if accuracy is None and (matrix is None or matrix.reliance == "uncertain"):
        return Claim.model_validate(base | missing(found, "final accuracy for it"))
    detail: list[str] = []
    if accuracy is None:
        assert matrix is not None
        percent = 100 * matrix.right / max(1, matrix.total)
        said, place, decimals = f"{percent:g}%, by the matrix's diagonal alone", matrix.place, 2
    else:
        percent, place, decimals = _percent(accuracy), accuracy.place, accuracy.decimals
        said = f"{accuracy.percent:.{accuracy.decimals}f}%"
        if accuracy.right is not None:
            said = f"{accuracy.right}/{accuracy.total} ({said})"
            wrong = _wrong_percent(accuracy)
            detail += [wrong] if wrong else []
        if accuracy.loss is not None:
            said += f", test loss {accuracy.loss:g}"
        loss = training_loss([loss for loss in found.losses if loss.network == network])
        said += f", {loss.words}" if loss is not None else ""
    if network in facts.stated:
        settings, training = facts.stated[network]
        detail.append(f"trained here with {settings}, as stated: {training.accuracy:.2f}%")
    base |= {"said": said, "place": place, "detail": detail}
    verdict, computed = _compared(network, percent, 0.5 * 10**-decimals, facts)
    base["certain"] = accuracy is not None
    return Claim.model_validate(base | {"verdict": verdict, "computed": computed})


def _percent(accuracy: Accuracy) -> float:
    if accuracy.right is not None and accuracy.total:
        return 100 * accuracy.right / accuracy.total
    return accuracy.percent


def _wrong_percent(accuracy: Accuracy) -> str:
    if accuracy.right is None or not accuracy.total:
        return ""
    exact = 100 * accuracy.right / accuracy.total
    if abs(exact - accuracy.percent) <= 0.5 * 10**-accuracy.decimals + 1e-9:
        return ""
    return f"{accuracy.right} of {accuracy.total} is {exact:g}%, not {accuracy.percent:g}%"


def _compared(network: str, percent: float, rounding: float, facts: Facts) -> tuple[str, str]:
    """Verdict and words, by what was measured on the images that the report speaks of."""
    training = facts.networks[network].training
    if not facts.official:
        return "not reproducible", (
            f"The report speaks of the official images; here {facts.dataset} was used, so its"
            " figures were held against each other only."
        )
    if training is None or not training.runs or not training.decides:
        return "not reproducible", "The network was not trained here by the full protocol."
    measured = [run.accuracies[-1] for run in training.runs if not run.stopped and run.accuracies]
    if not measured:
        return "not reproducible", "Training was stopped here before the last epoch."
    shown = ", ".join(f"{value:.2f}%" for value in measured)
    low, high = min(measured) - facts.margin - rounding, max(measured) + facts.margin + rounding
    if low <= percent <= high:
        return "confirmed", f"Trained here: {shown}; two seeds differ by as much."
    return "not reproducible", (
        f"Trained here: {shown}. Another learning rate or momentum, which are not in the code, may"
        " explain the difference."
    )
