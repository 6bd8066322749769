"""What a process leaves out of torch, and that it gets it all the same once it is asked for."""

import subprocess
import sys

HEAD = """
import sys
from grader.worker.lean_torch import collect_seldom, spare_the_compiler
spare_the_compiler()
collect_seldom()
import torch
from torch import nn

def compiler_modules():
    return sum(name.startswith("torch._dynamo") for name in sys.modules)
"""


def run(script: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", HEAD + script], check=False, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_training_and_dry_runs_import_no_compiler() -> None:
    out = run("""
images = torch.empty(2, 1, 5, 5, device="meta")
torch.relu(nn.functional.conv2d(images, torch.empty(3, 1, 3, 3, device="meta")))
layer = nn.Linear(3, 4)
optimizer = torch.optim.SGD(layer.parameters(), lr=0.1, momentum=0.5, fused=True)
layer(torch.ones(2, 3)).sum().backward()
optimizer.step()
print(compiler_modules(), sys.modules["triton"], sys.modules["cuda"])
""")
    assert out == "1 None None\n"


def test_who_asks_for_the_compiler_gets_it_whole() -> None:
    out = run("""
torch.relu(torch.empty(2, device="meta"))
free = ({0: torch.export.Dim.DYNAMIC},)
for strict in (False, True):
    program = torch.export.export(
        nn.Linear(3, 4), (torch.ones(5, 3),), dynamic_shapes=free, strict=strict
    )
    print([str(node.target) for node in program.graph.nodes if node.op == "call_function"])
from torch._dynamo.exc import UserError
print(compiler_modules() > 50, torch._dynamo is sys.modules["torch._dynamo"])
""")
    assert out.splitlines() == ["['aten.linear.default']"] * 2 + ["True True"]


def test_looking_through_all_modules_imports_nothing() -> None:
    out = run("""
[getattr(module, "__file__", None) for module in list(sys.modules.values())]
print(compiler_modules())
""")
    assert out == "1\n"


def test_no_line_of_source_is_read_only_while_that_is_asked_for() -> None:
    out = run("""
import inspect
from grader.worker.lean_torch import reading_no_sources
where = lambda: inspect.getframeinfo(inspect.currentframe())
with reading_no_sources():
    inside = where()
print(inside.code_context, inside.lineno == where().lineno, inside.filename == where().filename)
before = inspect.getframeinfo
with reading_no_sources():
    assert inspect.getframeinfo is not before
print(inspect.getframeinfo is before)
""")
    assert out.splitlines() == ["None True True", "True"]
