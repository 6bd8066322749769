import pytest

from grader.cohort.executor import open_executor
from grader.errors import UsageError
from tests.cohort import jobs


def test_local_workers_are_initialised_and_share_this_machine() -> None:
    with open_executor("local", 1, jobs.start, "setup") as executor:
        assert executor.submit(jobs.setups).result() == ["setup"]
        assert (executor.workers, executor.remote) == (1, False)


@pytest.mark.parametrize(
    "choice",
    [
        *("", "Local", "dask", "dask://", "dask://host", "dask://host:", "dask://:1"),
        *("tcp://host:1", "dask://host:1/path", "dask://a b:1", "dask://host:123456"),
        "dask://::1:8786",
    ],
)
def test_any_other_choice_is_an_error_of_the_call(choice: str) -> None:
    with pytest.raises(UsageError) as error, open_executor(choice, 1, jobs.start, None):
        pass
    assert str(error.value).splitlines() == [
        f"--executor: {choice!r}",
        "  expected: local or dask://HOST:PORT",
        "  what to do: give the address that the dask scheduler prints when it starts",
    ]
