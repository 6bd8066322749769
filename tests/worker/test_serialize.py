"""A reply is written so that its JSON appears only when all of it is there."""

import json
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file
from torch import nn

from grader.worker.serialize import callable_name, graph_document, write_reply


def document(module: nn.Module, constants: list[torch.Tensor]) -> dict[str, Any]:
    free = ({0: torch.export.Dim.DYNAMIC},)
    program = torch.export.export(module, (torch.zeros(5, 4),), dynamic_shapes=free)
    groups = [{"names": [name], "tensor": p} for name, p in module.named_parameters()]
    return graph_document(program, groups, constants)


class Scaled(nn.Linear):
    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return super().forward(x.reshape(x.size(0) * 2, 2)) * torch.tensor(3.0)


def test_a_graph_is_plain_json() -> None:
    constants: list[torch.Tensor] = []
    found = json.loads(json.dumps(document(Scaled(2, 3), constants)))
    assert [i["kind"] for i in found["inputs"]] == ["tensor", "tensor", "constant", "input"]
    assert [n["op"] for n in found["nodes"]][:3] == [
        "aten.sym_size.int",
        "operator.mul",
        "aten.reshape.default",
    ]
    assert [c.item() for c in constants] == [3.0]
    assert found["outputs"] == [{"ref": found["nodes"][-1]["name"]}]


def test_only_pythons_own_operators_have_a_name() -> None:
    import operator

    assert callable_name(operator.mul) == "operator.mul"
    assert callable_name(torch.ops.aten.relu.default) == ""


def test_a_reply_is_a_json_and_a_tensor_file(tmp_path: Path) -> None:
    write_reply(tmp_path, "reply0", {"target": "NetLin"}, {"s0.0": torch.ones(2)})
    assert sorted(p.name for p in tmp_path.iterdir()) == ["reply0.json", "reply0.safetensors"]
    assert json.loads((tmp_path / "reply0.json").read_text()) == {"target": "NetLin"}
    assert load_file(tmp_path / "reply0.safetensors")["s0.0"].tolist() == [1, 1]


def test_a_value_without_a_plain_form_stops_the_reply(tmp_path: Path) -> None:
    with pytest.raises(TypeError):
        write_reply(tmp_path, "reply0", {"target": torch.ones(1)}, {})
    assert not (tmp_path / "reply0.json").exists()
