"""Lets a forward keep tensors on its module, as `self.hid = ...`, while it is exported.

The course's plots need such an attribute. The exporter of torch 2.9 refuses it and later ones
complain; both are spared when the tensors are put where the exporter does not look. Who has a look
at all attributes also sees whether the mode, training or evaluation, has any say.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch
from torch import nn


@contextmanager
def tensors_kept_aside(network: nn.Module) -> Iterator[list[str]]:
    """While open, tensors assigned to any of the modules go to a dictionary beside it.

    Yields:
        The classes of the modules that were asked for their mode, in that order, once a question.
    """
    modules = list(network.modules())
    classes = [type(module) for module in modules]
    modes_asked: list[str] = []
    for module in modules:
        _put_aside(module, modes_asked)
    try:
        yield modes_asked
    finally:
        for module, cls in zip(modules, classes, strict=True):
            module.__class__ = cls


def _put_aside(module: nn.Module, modes_asked: list[str]) -> None:
    """From now on an assigned tensor goes aside, and is found there by its name."""
    aside: dict[str, torch.Tensor] = {}
    cls: Any = type(module)

    def set_attribute(self: nn.Module, name: str, value: Any) -> None:
        if _is_plain_tensor(value) and name not in {**self._parameters, **self._buffers}:
            aside[name] = value
        else:
            aside.pop(name, None)
            cls.__setattr__(self, name, value)

    def get_attribute(self: nn.Module, name: str) -> Any:
        if name == "training":
            modes_asked.append(cls.__name__)
        return aside[name] if name in aside else cls.__getattribute__(self, name)

    module.__class__ = type(
        cls.__name__, (cls,), {"__setattr__": set_attribute, "__getattribute__": get_attribute}
    )


def _is_plain_tensor(value: Any) -> bool:
    return isinstance(value, torch.Tensor) and not isinstance(value, nn.Parameter)
