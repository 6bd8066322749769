"""Reads a captured graph: who reads what, who changes what in place, who shares whose memory.

In-place operations and views are where a graph says less than it does: a value may be changed
under another name than the one it is read by.
"""

from collections.abc import Iterator, Mapping

from grader.graphs import ops
from grader.wire import Graph, Node, Ref

SHARING = (
    ops.RESHAPES
    | ops.DROPOUTS
    | frozenset("permute transpose t numpy_T slice select expand".split())
    | frozenset("contiguous alias detach lift_fresh to".split())
)
"""Operations whose result may lie in the memory of their first argument."""


def references(args: object, kwargs: Mapping[str, object]) -> list[str]:
    """Names of the values that these arguments refer to, in order."""
    found: list[str] = []
    stack: list[object] = [*reversed(list(kwargs.values())), args]
    while stack:
        item = stack.pop()
        if isinstance(item, Ref):
            found.append(item.ref)
        elif isinstance(item, list):
            stack.extend(reversed(item))
    return found


def reads(node: Node) -> list[str]:
    """Names of the values that a node reads, in order."""
    return references(node.args, node.kwargs)


def base_name(node: Node) -> str:
    """The operation without namespace and overload: "relu_" for "aten.relu_.default"."""
    return node.op.removeprefix("aten.").partition(".")[0]


def is_in_place(node: Node) -> bool:
    """Whether the operation changes its first argument."""
    name = base_name(node)
    return name.endswith("_") and not name.startswith("_")


def shares_memory(node: Node) -> bool:
    """Whether the result may be another view of the first argument."""
    return base_name(node) in SHARING


def tensor_names(graph: Graph) -> dict[str, str]:
    """For each result of an in-place operation, the name that its tensor was first given."""
    first: dict[str, str] = {}
    for node in graph.nodes:
        if is_in_place(node) and reads(node):
            first[node.name] = first.get(reads(node)[0], reads(node)[0])
    return first


def needed_names(graph: Graph) -> set[str]:
    """Names of all values that the output depends on, through in-place changes as well."""
    first = tensor_names(graph)
    tensors = {first.get(name, name) for name in references(graph.outputs, {})}
    needed: set[str] = set()
    for node in reversed(graph.nodes):
        if first.get(node.name, node.name) in tensors:
            needed.add(node.name)
            tensors.update(first.get(name, name) for name in reads(node))
    return needed | tensors


def changes_images(graph: Graph) -> bool:
    """Whether an in-place operation writes into the memory of the images."""
    images = {item.name for item in graph.inputs if item.kind == "input"}
    owner = _memory_owners(graph)
    return any(
        owner.get(reads(node)[0], reads(node)[0]) in images
        for node in graph.nodes
        if is_in_place(node) and reads(node)
    )


def hidden_change(graph: Graph) -> str | None:
    """An in-place operation whose effect is then read through another view, None without any.

    `h.view(-1).tanh_()` changes `h`, though no operation on `h` says so.
    """
    first, owner = tensor_names(graph), _memory_owners(graph)
    known = [item.name for item in graph.inputs]
    for position, node in enumerate(graph.nodes):
        if is_in_place(node) and reads(node):
            changed = reads(node)[0]
            others = {
                name
                for name in known
                if owner.get(name, name) == owner.get(changed, changed)
                and first.get(name, name) != first.get(changed, changed)
            }
            if others.intersection(_later_reads(graph, position)):
                return node.name
        known.append(node.name)
    return None


def _memory_owners(graph: Graph) -> dict[str, str]:
    """For each view or in-place result, the name whose memory it may lie in."""
    owner: dict[str, str] = {}
    for node in graph.nodes:
        if (is_in_place(node) or shares_memory(node)) and reads(node):
            owner[node.name] = owner.get(reads(node)[0], reads(node)[0])
    return owner


def _later_reads(graph: Graph, position: int) -> Iterator[str]:
    for node in graph.nodes[position + 1 :]:
        yield from reads(node)
    yield from references(graph.outputs, {})
