from reference.machine import Machine, same


def machine(*arrows: dict[str, int], legal: list[str], start: int = 0) -> Machine:
    return Machine(
        "AB", start, arrows, tuple(map(frozenset, legal)), tuple(map(str, range(len(arrows))))
    )


AB = machine({"A": 1}, {"B": 0}, legal=["A", "B"])
TWICE = machine({"A": 1}, {"B": 2}, {"A": 3}, {"B": 0}, legal=["A", "B", "A", "B"])


def test_it_reads_symbol_by_symbol_and_says_where_it_cannot() -> None:
    assert AB.read("ABA") == 1
    assert AB.read("") == 0
    assert AB.read("B") is None
    assert AB.read("BA") is None


def test_states_that_nothing_can_tell_apart_become_one() -> None:
    assert len(TWICE.minimised().names) == 2
    assert same(AB, TWICE)


def test_states_that_nothing_leads_to_are_left_out() -> None:
    more = machine({"A": 1}, {"B": 0}, {"A": 2}, legal=["A", "B", "A"])
    assert more.reachable() == (0, 1)
    assert same(more, AB)


def test_the_order_of_states_does_not_matter() -> None:
    assert same(machine({"B": 1}, {"A": 0}, legal=["B", "A"], start=1), AB)


def test_other_arrows_other_outputs_and_other_starts_are_other_machines() -> None:
    assert not same(AB, machine({"A": 1}, {"B": 1}, legal=["A", "B"]))
    assert not same(AB, machine({"A": 1}, {"B": 0}, legal=["A", "AB"]))
    assert not same(AB, machine({"A": 1}, {"B": 0}, legal=["A", "B"], start=1))


def test_a_difference_that_only_a_long_text_shows_is_found() -> None:
    forgets = machine({"A": 1}, {"B": 2}, {"A": 3}, {"B": 3}, legal=["A", "B", "A", "B"])
    assert not same(forgets, TWICE)


def test_classes_are_the_states_of_the_smallest_machine() -> None:
    turned = machine({"B": 1}, {"A": 2}, {"B": 3}, {"A": 0}, legal=["B", "A", "B", "A"], start=3)
    assert turned.classes() == (1, 0, 1, 0)
    small = turned.minimised()
    assert [small.names, small.start] == [("3", "0"), 0]
    assert small.arrows == ({"A": 1}, {"B": 0})
