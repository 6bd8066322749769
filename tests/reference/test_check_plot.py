"""The pictures of Part 2."""

from pathlib import Path

import numpy as np
from PIL import Image

from reference.check import MLP
from reference.check_plot import plot_perceptron
from reference.perceptron import GRIDS


def test_one_picture_for_each_node_under_the_course_s_names(tmp_path: Path) -> None:
    net = MLP(2, "sig")
    paths = plot_perceptron(net, GRIDS["-101"], tmp_path / "new")
    assert [path.name for path in paths] == ["hid_2_1.jpg", "hid_2_2.jpg", "out_2.jpg"]
    for path in paths:
        with Image.open(path) as picture:
            assert np.asarray(picture).std() > 1, "not a blank picture"
