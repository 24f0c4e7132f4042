"""What a component went through, told in the order of time."""

from __future__ import annotations

from dataclasses import replace

from operations.supervisor import ComponentStatus, Incident, StackStatus, State, told
from operations.supervisor.incidents import begun, ended


def stack_of(*components: ComponentStatus) -> StackStatus:
    return StackStatus("/data", State.READY, 7, 1.0, 2.0, "", components, ())


def test_one_trouble_that_becomes_another_is_one_incident() -> None:
    found = begun((), "does not answer", at=100.0)
    found = begun(found, "no answer for 120 s, so it was ended", at=220.0)
    assert ended(found, at=230.04) == (
        Incident(100.0, "does not answer, then no answer for 120 s, so it was ended", 130.0),
    )


def test_the_same_trouble_again_and_again_does_not_make_the_sentence_longer() -> None:
    found = begun((), "not ready", at=1.0)
    for _ in range(5):
        found = begun(found, "exit code 70", at=2.0)
    assert found == (Incident(1.0, "not ready, then exit code 70"),)


def test_what_never_began_does_not_end() -> None:
    assert ended((), at=1.0) == ()


def test_only_the_latest_are_kept() -> None:
    found: tuple[Incident, ...] = ()
    for number in range(20):
        found = ended(begun(found, f"exit code {number}", at=number), at=number + 1)
    assert [each.what for each in found] == [f"exit code {number}" for number in range(12, 20)]


def test_all_components_are_told_of_in_one_order() -> None:
    stock = ComponentStatus("stock", incidents=(Incident(2.0, "killed by signal 9", 14.2),))
    api = ComponentStatus("api", incidents=(Incident(1.0, "exit code 1"),))
    first, second = told(stack_of(stock, api))
    assert first.endswith("  api: exit code 1; not ready since")
    assert second.endswith("  stock: killed by signal 9; ready again 14.2 s later")


def test_the_end_of_the_supervisor_before_is_told_first() -> None:
    api = ComponentStatus("api", incidents=(Incident(1.0, "exit code 1"),))
    status = replace(stack_of(api), before="the supervisor before (pid 6) ended")
    assert next(iter(told(status))) == "the supervisor before (pid 6) ended"
