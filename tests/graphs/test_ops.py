"""Only names on the list become callables, and sizes stay sizes."""

import pytest
import torch

from grader.graphs import ops


@pytest.mark.parametrize("name", sorted(ops.ALLOWED))
def test_every_allowed_operation_exists(name: str) -> None:
    assert ops.resolve(f"aten.{name}") is not None


@pytest.mark.parametrize(
    "name",
    [
        "aten.from_file.default",
        "aten.relu",
        "aten.relu.nonsense",
        "prims.relu.default",
        "relu.default",
        "operator.attrgetter",
        "os.system",
        "",
    ],
)
def test_any_other_name_is_nothing(name: str) -> None:
    assert ops.resolve(name) is None


def test_python_operators_work_on_sizes() -> None:
    multiply = ops.resolve("operator.mul")
    assert multiply is not None
    assert multiply(6, 7) == 42


@pytest.mark.parametrize("values", [("ab", 3), ([1], 2), (2**63, 1), (torch.ones(1), 2), (1.5, 2)])
def test_python_operators_refuse_all_else(values: tuple[object, object]) -> None:
    multiply = ops.resolve("operator.mul")
    assert multiply is not None
    with pytest.raises(TypeError, match="sizes are whole numbers"):
        multiply(*values)
