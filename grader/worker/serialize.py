"""Writes an exported program as plain JSON values, and a reply as one JSON and one tensor file."""

import json
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save_file
from torch._subclasses.fake_tensor import FakeTensor
from torch.export.graph_signature import InputKind


def graph_document(
    program: torch.export.ExportedProgram,
    groups: list[dict[str, Any]],
    constants: list[torch.Tensor],
) -> dict[str, Any]:
    """Inputs, nodes and output of the exported graph.

    Args:
        program: what torch.export returned.
        groups: the network's tensors, one entry each, with all their names; an input refers to
            its position in this list.
        constants: tensors the graph uses that are registered nowhere; appended to.

    Raises:
        ValueError: the graph holds something that has no plain form.
    """
    index = {name: i for i, group in enumerate(groups) for name in group["names"]}
    inputs = []
    for spec in program.graph_signature.input_specs:
        name = spec.arg.name
        if spec.kind is InputKind.USER_INPUT:
            inputs.append({"name": name, "kind": "input", "index": 0})
        elif spec.target in index:
            inputs.append({"name": name, "kind": "tensor", "index": index[spec.target]})
        else:
            value = program.constants[spec.target]
            if not isinstance(value, torch.Tensor):
                raise ValueError(f"the network uses a constant of type {type(value).__name__}")
            if isinstance(value, FakeTensor):
                raise ValueError("the network reads a tensor's data while it is being traced")
            inputs.append({"name": name, "kind": "constant", "index": len(constants)})
            constants.append(value)
    nodes = [
        {
            "name": node.name,
            "op": callable_name(node.target) or str(node.target),
            "args": [_plain(a) for a in node.args],
            "kwargs": {k: _plain(v) for k, v in node.kwargs.items()},
        }
        for node in program.graph.nodes
        if node.op == "call_function"
    ]
    (output,) = [node for node in program.graph.nodes if node.op == "output"]
    return {"inputs": inputs, "nodes": nodes, "outputs": [_plain(a) for a in output.args[0]]}


def callable_name(target: Any) -> str:
    """ "operator.mul" for Python's own operators on sizes, "" for ATen operations."""
    module = getattr(target, "__module__", "")
    return f"operator.{target.__name__}" if module == "_operator" else ""


def _plain(value: Any) -> Any:
    if isinstance(value, torch.fx.Node):
        return {"ref": value.name}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, torch.dtype):
        return {"dtype": str(value).removeprefix("torch.")}
    if isinstance(value, torch.device | torch.layout | torch.memory_format):
        return {"setting": str(value)}
    if value is None or isinstance(value, bool | int | float | str):
        return value
    raise ValueError(f"an argument of type {type(value).__name__} has no plain form")


def write_reply(
    out: Path, stem: str, reply: dict[str, Any], tensors: dict[str, torch.Tensor]
) -> None:
    """Tensors first: the JSON's appearance tells the parent that the reply is whole."""
    save_file(tensors, str(out / f"{stem}.safetensors"))
    text = json.dumps(reply, allow_nan=True)
    part = out / f"{stem}.part"
    part.write_text(text, encoding="utf-8")
    part.rename(out / f"{stem}.json")
