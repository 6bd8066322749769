"""Finds everything that a report claims. The flow is `find_claims`: one finder a line."""

from collections.abc import Mapping, Sequence

from grader.claims.accuracies import find_accuracies
from grader.claims.activations import find_tables
from grader.claims.answers import (
    count_pictures,
    find_answers,
    has_name,
    picture_files,
    student_ids,
)
from grader.claims.confusions import find_confusions
from grader.claims.document import Document, Spot, spots
from grader.claims.found import Found, Matrix
from grader.claims.losses import find_losses
from grader.claims.matching import give_to_networks
from grader.claims.matrices import find_matrices
from grader.claims.mentions import questions_mentioned, questions_named
from grader.claims.parameters import find_counts, find_sums
from grader.claims.perceptron_figures import find_multipliers, find_point_accuracies
from grader.claims.places import Places
from grader.claims.sections import contexts
from grader.claims.settings import find_settings
from grader.claims.weights import find_equations, find_weights

DRAWN = 20
"""Curved shapes that make a page hold a plot which is drawn and not a picture."""


def find_claims(
    document: Document,
    *,
    counts: Mapping[str, Sequence[int]],
    classes: Sequence[str],
    points: Sequence[tuple[int, int]],
    hidden: int,
) -> tuple[Found, Places]:
    """All claims of a report, and the places that pictures are wanted of.

    Args:
        document: the report as it was read.
        counts: test images of each class, by the name of the data set they belong to.
        classes: romanised names of the classes.
        points: of the hand-set perceptron.
        hidden: its number of hidden nodes.
    """
    places = Places(document)
    lines = list(spots(document))
    context = contexts(lines)
    located = find_matrices(document, lines, counts)
    shown = [_placed(matrix, lines[first : last + 1], places) for matrix, first, last in located]
    accuracies = find_accuracies(lines, context, places)
    matrices = give_to_networks(
        shown, [(context[first], first, last) for _, first, last in located], accuracies
    )
    pictures = [picture for page in document.pages for picture in page.pictures]
    found = Found(
        kind=document.kind,
        problem=document.problem,
        notes=list(document.notes),
        complete=document.complete,
        pages=document.pages_in_all,
        unread_pictures=sum(picture.unread for picture in pictures),
        drawings=sum(page.curves >= DRAWN or bool(page.drawn) for page in document.pages),
        screenshots=sum(picture.state == "read" for picture in pictures),
        ids=student_ids(spot for spot in lines if spot.line.picture < 0),
        named=has_name(lines),
        matrices=matrices,
        accuracies=accuracies,
        sums=find_sums(lines, context, places),
        counts=find_counts(lines, context, places),
        settings=find_settings(lines, context, places),
        confusions=find_confusions(lines, context, classes, places),
        tables=find_tables(lines, context, points, hidden, places),
        weights=find_weights(lines, context, places),
        equations=find_equations(lines, context, places),
        losses=find_losses(lines, context, places),
        point_accuracies=find_point_accuracies(lines, context, places),
        multipliers=find_multipliers(lines, context, places),
        answers=find_answers(document, lines, context),
        shown=count_pictures(document, lines, context),
        files=picture_files(lines),
        named_questions=questions_named(context),
        mentioned=questions_mentioned(lines, context),
    )
    return found, places


def _placed(matrix: Matrix, lines: Sequence[Spot], places: Places) -> Matrix:
    own = [spot for spot in lines if (spot.line.picture >= 0) == (matrix.source == "screenshot")]
    return matrix.model_copy(update={"place": places.of(own or list(lines))})
