"""The allow-list of ATen operations that a captured graph may hold, and what each one is.

A closed list is what makes replaying a stranger's graph safe: every name below is a pure tensor
function (or an in-place twin of one) that reads no file, draws no memory beyond its output and
runs no code of the student's.
"""

import operator
from collections.abc import Callable
from functools import wraps
from typing import Any

ACTIVATIONS = frozenset(
    "relu tanh sigmoid leaky_relu elu gelu silu hardtanh selu celu softplus mish prelu softmax "
    "log_softmax log_sigmoid hardsigmoid hardswish softsign threshold relu6 rrelu heaviside".split()
)
"""Canonical names that count as a non-linearity."""

POOLS = frozenset("max_pool2d avg_pool2d adaptive_avg_pool2d adaptive_max_pool2d".split())
NORMS = frozenset("batch_norm layer_norm group_norm instance_norm".split())
DROPOUTS = frozenset("dropout feature_dropout alpha_dropout".split())
RESHAPES = frozenset("view reshape _unsafe_view flatten unflatten squeeze unsqueeze".split())
TRANSPARENT = frozenset(
    "contiguous clone alias lift_fresh_copy lift_fresh _assert_tensor_metadata".split()
)
"""Operations that hand their input on unchanged."""

_ALLOWED = """
linear.default addmm.default mm.default matmul.default bmm.default mv.default
add.Tensor add.Scalar sub.Tensor sub.Scalar rsub.Scalar mul.Tensor mul.Scalar div.Tensor div.Scalar
neg.default pow.Tensor_Scalar exp.default log.default abs.default sqrt.default square.default
reciprocal.default rsqrt.default maximum.default minimum.default max.other min.other
logsumexp.default std.correction var.correction clamp.default clamp_min.default
clamp_max.default add_.Tensor sub_.Tensor mul_.Tensor div_.Tensor add_.Scalar mul_.Scalar
relu.default relu_.default tanh.default tanh_.default sigmoid.default sigmoid_.default
leaky_relu.default leaky_relu_.default elu.default elu_.default gelu.default silu.default
silu_.default hardtanh.default hardtanh_.default relu6.default relu6_.default selu.default
selu_.default celu.default celu_.default softplus.default mish.default mish_.default prelu.default
softmax.int log_softmax.int log_sigmoid.default hardsigmoid.default hardswish.default
threshold.default threshold_.default heaviside.default sign.default
conv2d.default conv2d.padding max_pool2d.default avg_pool2d.default adaptive_avg_pool2d.default
batch_norm.default layer_norm.default group_norm.default instance_norm.default
dropout.default dropout_.default feature_dropout.default feature_dropout_.default
alpha_dropout.default
view.default reshape.default _unsafe_view.default flatten.using_ints unflatten.int
squeeze.default squeeze.dim squeeze.dims unsqueeze.default permute.default transpose.int t.default
numpy_T.default contiguous.default clone.default alias.default detach.default detach_.default
lift_fresh_copy.default lift_fresh.default to.dtype to.dtype_layout to.device _to_copy.default
_assert_tensor_metadata.default sym_size.int
cat.default stack.default mean.dim mean.default sum.dim_IntList sum.default amax.default
pad.default constant_pad_nd.default slice.Tensor select.int expand.default
ge.Scalar gt.Scalar le.Scalar lt.Scalar eq.Scalar ge.Tensor gt.Tensor le.Tensor lt.Tensor eq.Tensor
index_put.default index_put_.default masked_fill.Scalar masked_fill_.Scalar
where.self where.ScalarSelf where.ScalarOther where.Scalar
zeros_like.default ones_like.default full_like.default zeros.default ones.default full.default
scalar_tensor.default
"""

ALLOWED = frozenset(_ALLOWED.split())
"""ATen operations as "name.overload"."""


def _on_sizes(function: Callable[..., int]) -> Callable[..., int]:
    @wraps(function)
    def compute(*sizes: int) -> int:
        if not all(isinstance(size, int) and abs(size) < 2**63 for size in sizes):
            raise TypeError("sizes are whole numbers below 2 ** 63")
        return function(*sizes)

    return compute


SIZE_ARITHMETIC: dict[str, Callable[..., Any]] = {
    f"operator.{name}": _on_sizes(getattr(operator, name))
    for name in ("mul", "add", "sub", "floordiv", "neg")
}
"""Python's own operators, used by exporters on sizes only."""


def resolve(op: str) -> Callable[..., Any] | None:
    """The callable of an allowed operation named "aten.relu.default", None for any other name."""
    if op in SIZE_ARITHMETIC:
        return SIZE_ARITHMETIC[op]
    prefix, _, name = op.partition(".")
    if prefix != "aten" or name not in ALLOWED:
        return None
    import torch

    base, _, overload = name.rpartition(".")
    packet = getattr(torch.ops.aten, base, None)
    if packet is None or overload not in packet.overloads():
        return None
    found: Callable[..., Any] = getattr(packet, overload)
    return found
