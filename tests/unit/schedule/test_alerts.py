"""What is told of a job, to whom reads Portuguese, and under which id."""

from __future__ import annotations

from pathlib import Path

from domain.instants import HOUR, SECOND
from operations.schedule.alerts import RUNBOOK, TOPIC
from operations.schedule.cadence import Every
from schemas.topics import topic
from sinks.lakehouse.silver import SilverRows
from sinks.lakehouse.tables import spec_of, table_of
from tests.contract.source_tree import ROOT
from tests.fakes.decoding import LocalCodecs
from tests.fakes.log import InMemoryLog
from tests.unit.schedule.simulated import World, job

CODECS = LocalCodecs()


def failing(folder: Path, *codes: int) -> World:
    """Return a world in which an hourly job ended with these codes, one a minute."""
    world = World(folder / "schedule.json", (job("often", Every(60)),), now=500_000 * HOUR)
    world.start()
    for code in codes:
        world.pass_by(60)
        world.end_run(code)
    return world


def test_an_alert_goes_over_the_wire_as_it_is(tmp_path: Path) -> None:
    for alert in failing(tmp_path, 3, 0).published:
        assert CODECS.decode(TOPIC, CODECS.encode(TOPIC, alert)) == alert


def test_an_alert_becomes_a_row_of_silver(tmp_path: Path) -> None:
    declared = topic(TOPIC)
    assert table_of(declared) == "silver/job_failed"
    log = InMemoryLog({TOPIC: 1})
    records = [
        log.append(TOPIC, CODECS.encode(TOPIC, each)) for each in failing(tmp_path, 3, 0).published
    ]
    rows = SilverRows(spec_of("", "", declared).schema, CODECS, lambda *_: None)(records)
    assert rows["transition"].to_pylist() == ["failed", "recovered"]
    assert rows["job"].to_pylist() == ["often", "often"]


def test_an_alert_says_what_happened_when_it_runs_again_and_what_to_read(tmp_path: Path) -> None:
    (alert,) = failing(tmp_path, 3).published
    assert alert["detail"] == "the reason"
    assert alert["next_due_at"] == alert["occurred_at"] + 60 * SECOND
    assert alert["message"] == (
        "A tarefa often falhou com o código 3 em 15/01/2027 05:01. "
        "Próxima execução: 15/01/2027 05:02. O que fazer: docs/runbooks/job-failed.md."
    )
    assert (ROOT / RUNBOOK).is_file()


def test_a_lasting_failure_says_how_often_and_since_when(tmp_path: Path) -> None:
    first, fifth = failing(tmp_path, 0, 3, 3, 3, 1, -9).published
    assert fifth["failing_since"] == first["started_at"]
    assert "foi encerrada pelo sinal 9 em" in fifth["message"]
    assert ", a 5ª vez seguida." in fifth["message"]


def test_a_recovery_says_after_how_many_failures(tmp_path: Path) -> None:
    failed, recovered = failing(tmp_path, 2, 3, 0).published
    assert "recusou a configuração" in failed["message"]
    assert recovered["message"] == (
        "A tarefa often voltou a funcionar em 15/01/2027 05:03, depois de 2 falhas seguidas."
    )
    assert (recovered["detail"], recovered["failing_since"]) == ("", failed["started_at"])


def test_the_id_follows_from_the_job_and_the_run_alone(tmp_path: Path) -> None:
    (one,), (other,) = (failing(tmp_path / name, 3).published for name in ("a", "b"))
    assert one["event_id"] == other["event_id"]


def test_the_key_of_an_alert_is_the_name_of_the_job() -> None:
    assert topic(TOPIC).key == "job"
