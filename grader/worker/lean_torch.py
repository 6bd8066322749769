"""How a process gets by with less of torch than torch imports by itself.

Torch is imported by every command, by the server of the training processes and once in each
sandbox. What is left out is the compiler, where nothing is used of it; what is asked of it all the
same, it gets. In a sandbox that exports networks the exporter asks for it.
"""

import atexit
import gc
import importlib
import inspect
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from types import ModuleType
from typing import Any, Final

COMPILER: Final = "torch._dynamo"


def leave_out_bindings() -> None:
    """Keep torch from importing what is never used: a GPU's compiler, and bindings to its driver.

    It imports both where it finds them. The driver's are a tenth of the import, and what is trained
    on a GPU needs none; the compiler prints a page about leaks when the process ends.
    """
    for unused in ("triton", "cuda"):
        sys.modules.setdefault(unused, None)  # type: ignore[arg-type]


def spare_the_compiler() -> None:
    """Keep torch from importing its compilers; to be called before torch is imported."""
    leave_out_bindings()
    if COMPILER not in sys.modules:
        sys.modules[COMPILER] = _Deferred(COMPILER)


def collect_seldom() -> None:
    """Let the garbage collector look through torch's million objects seldom: they live to the end.

    Looking again and again costs a fifth of the import, and a second when the interpreter ends.
    """
    gc.set_threshold(100_000, 50, 50)
    atexit.register(gc.freeze)


@contextmanager
def reading_no_sources() -> Iterator[None]:
    """While open, asking where a function was called from reads no line of source.

    Torch asks for each of the operations that it registers when it is imported, and keeps file and
    number: to find the line beside them takes a fifteenth of the import.
    """
    whole = inspect.getframeinfo
    inspect.getframeinfo = partial(whole, context=0)
    try:
        yield
    finally:
        inspect.getframeinfo = whole


class _Deferred(ModuleType):
    """Stands for the compiler until more of it is wanted than to be kept away from something.

    Dry runs without memory and optimisers ask for that: a second's worth of modules and 40 MB.
    """

    @staticmethod
    def disable(function: Callable[..., Any], *_args: object, **_options: object) -> Any:
        """The function: nothing is compiled, so there is nothing to keep it away from."""
        return function

    @staticmethod
    def graph_break() -> None:
        """What every step of an optimiser calls, for whoever compiles it."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") and name != "__path__":  # whoever looks through all modules
            raise AttributeError(name)
        if sys.modules.get(self.__name__) is self:
            del sys.modules[self.__name__]
        return getattr(importlib.import_module(self.__name__), name)
