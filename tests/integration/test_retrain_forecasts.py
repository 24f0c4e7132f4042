"""Retraining: real Delta tables, the real libraries, the real broker; killed and run again."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections import Counter
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from adapters.kafka import KafkaSettings, whole_topics
from adapters.registry import RegistryCodecs, RegistrySettings
from compaction_jobs.gold_facts.manifest import Manifest, read_manifest, write_manifest
from compaction_jobs.gold_facts.progress import Progress
from compaction_jobs.lake import Lake
from compaction_jobs.retrain_forecasts.job import STAGES, run
from compaction_jobs.retrain_forecasts.publishing import PRIORS
from compaction_jobs.retrain_forecasts.report import Report
from compaction_jobs.retrain_forecasts.settings import ForecastSettings
from compaction_jobs.stages import Stages
from domain.errors import ConfigurationError
from domain.instants import from_datetime
from schemas.codec import Record
from tests.integration.conftest import ROOT, RunningKafka, RunningRegistry
from tests.integration.fresh_topics import make_anew
from tests.integration.lake_on_disk import LakeOnDisk, fact
from tests.integration.retrained_lake import NOW, days_ago, half_a_year, requested, write

pytestmark = [pytest.mark.integration, pytest.mark.timeout(180)]

SETTINGS = ForecastSettings(by_region=True, weeks=6)


@pytest.fixture
def lake(tmp_path: Path) -> LakeOnDisk:
    made = LakeOnDisk(tmp_path / "lake")
    write(made, half_a_year())
    return made


def retrain(lake: LakeOnDisk, settings: ForecastSettings = SETTINGS) -> tuple[Report, list[Record]]:
    """Run the job with a log that takes everything."""
    told: list[Record] = []

    def publish(priors: list[Record]) -> int:
        told.extend(priors)
        return len(priors)

    return run(Lake(lake.root), settings, publish, Stages(STAGES)), told


def forecasts(lake: LakeOnDisk) -> list[dict[str, Any]]:
    return lake.rows("gold/fact_forecasts")


def test_every_series_is_forecast_by_whom_it_is_meant_to_be(lake: LakeOnDisk) -> None:
    report, priors = retrain(lake)
    rows = forecasts(lake)
    series = Counter((row["level"], row["item_id"] or row["family"], row["region"]) for row in rows)
    assert set(series) == {
        ("item", "BAT", None), ("item", "CABO", None), ("item", "FUS", None),
        ("family", "BATERIAS", None), ("family", "CABOS", None),
        ("family_region", "BATERIAS", "BA"), ("family_region", "BATERIAS", "PE"),
        ("family_region", "CABOS", "BA"), ("family_region", "CABOS", "PE"),
    }  # fmt: skip
    assert set(series.values()) == {6}
    assert {row["model"].split("-")[0] for row in rows if row["level"] == "item"} == {
        "statsforecast"
    }
    assert {row["model"].split("-")[0] for row in rows if row["level"] != "item"} == {"prophet"}
    assert (report.series, report.fitted, report.fallbacks, report.failed) == (9, 9, [], [])
    assert (report.rows_written, len(rows), len(priors)) == (54, 54, 3)
    for row in rows:
        assert 0.0 <= row["p10"] <= row["p50"] <= row["p90"]
        assert row["made_at"] == NOW
        assert row["week_starts_on"] >= NOW.date()


def test_a_requisition_and_the_issue_that_fulfils_it_are_one_demand(lake: LakeOnDisk) -> None:
    retrain(lake)
    # 36 requests of 2.5 m in 26 weeks; counted twice it would be twice as much.
    mean = next(row["mean"] for row in forecasts(lake) if row["item_id"] == "CABO")
    assert 0.4 * 90 / 26 < mean < 1.6 * 90 / 26


def test_a_prior_shares_the_nation_out_among_the_sites(lake: LakeOnDisk) -> None:
    report, priors = retrain(lake)
    means = {row["item_id"]: row["mean"] for row in forecasts(lake) if row["level"] == "item"}
    for prior in priors:
        assert prior["mean_per_week_per_site"] == pytest.approx(means[prior["item_id"]] / 3)
        assert prior["occurred_at"] == prior["recorded_at"] == from_datetime(NOW)
        assert prior["forecast_version"] == report.forecast_version


def test_the_same_facts_in_any_order_and_number_give_the_same_ids_and_numbers(
    lake: LakeOnDisk, tmp_path: Path
) -> None:
    other = LakeOnDisk(tmp_path / "other")
    write(other, half_a_year(), seed=5)
    (one, priors), (two, others) = retrain(lake), retrain(other)
    assert one.forecast_version == two.forecast_version
    assert priors == others
    assert strip(forecasts(lake)) == strip(forecasts(other))


def strip(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{name: row[name] for name in row if name != "silver_version"} for row in rows]


def test_a_second_run_over_the_same_silver_changes_nothing(lake: LakeOnDisk) -> None:
    retrain(lake)
    version = lake.table("gold/fact_forecasts").version()
    again, _ = retrain(lake)
    assert again.rows_written == 0
    assert lake.table("gold/fact_forecasts").version() == version


def test_one_more_demand_is_another_version_beside_the_first(lake: LakeOnDisk) -> None:
    first, _ = retrain(lake)
    lake.write_facts(requested("late", 3, 4000, item_id="BAT", site_id="T1"))
    second, _ = retrain(lake)
    versions = Counter(row["forecast_version"] for row in forecasts(lake))
    assert versions == {first.forecast_version: 54, second.forecast_version: 54}


def test_a_correction_and_a_date_mistyped_are_seen_as_the_stream_sees_them(
    lake: LakeOnDisk,
) -> None:
    before, priors = retrain(lake)
    lake.write_facts(
        requested("typo", -4000, 9_000_000, item_id="BAT", site_id="T1"),
        requested("ancient", 4000, 9_000_000, item_id="BAT", site_id="T1"),
        requested("wrong", 20, 9_000_000, item_id="BAT", site_id="T1"),
        requested("right", 20, 0, item_id="BAT", site_id="T1", corrects="wrong"),
    )
    after, others = retrain(lake)
    assert after.forecast_version == before.forecast_version
    assert priors == others


def test_a_young_family_falls_back_by_name_and_the_report_says_why(tmp_path: Path) -> None:
    young = LakeOnDisk(tmp_path / "young")
    young.write_facts(
        requested("a", 30, 1000), requested("b", 10, 2000),
        fact("tick", "tick", NOW, item_id=None, site_id=None),
    )  # fmt: skip
    report, priors = retrain(young)
    (trouble,) = report.fallbacks
    assert trouble.series == "family/SEM FAMÍLIA"
    assert trouble.reason == "prophet-weeks-1: too_short: 8 weeks, 16 needed"
    assert {row["model"] for row in forecasts(young) if row["level"] == "family"} == {"mean-rate-1"}
    assert {row["fallback_reason"] for row in forecasts(young)} == {trouble.reason, None}
    assert (report.series, report.fitted, len(priors)) == (2, 1, 1)


def test_a_silver_that_does_not_say_what_time_it_is_is_refused(tmp_path: Path) -> None:
    timeless = LakeOnDisk(tmp_path / "timeless")
    timeless.write_facts(requested("a", 3, 1000))
    with pytest.raises(ConfigurationError, match="holds no tick"):
        retrain(timeless)
    with pytest.raises(ConfigurationError, match="holds no table silver/stock_fact"):
        retrain(LakeOnDisk(tmp_path / "empty"))


def test_the_manifest_of_gold_names_the_newest_forecasts_and_keeps_the_rest(
    lake: LakeOnDisk,
) -> None:
    held, progress = Lake(lake.root), Progress(1, "silver", "digest", {0: 5})
    retrain(lake)
    assert read_manifest(held) is None  # the first compaction makes it
    write_manifest(held, Manifest({"fact_inventory": 4}, progress))
    assert read_manifest(held) == Manifest({"fact_inventory": 4, "fact_forecasts": 1}, progress)
    lake.write_facts(requested("late", 3, 4000, item_id="BAT", site_id="T1"))
    retrain(lake)
    assert read_manifest(held) == Manifest({"fact_inventory": 4, "fact_forecasts": 2}, progress)
    write_manifest(held, Manifest({"fact_inventory": 5}, progress))
    assert read_manifest(held) == Manifest({"fact_inventory": 5, "fact_forecasts": 2}, progress)


def started(lake: LakeOnDisk, report: Path, **env: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "compaction_jobs.retrain_forecasts",
         "--lake", str(lake.root), "--report", str(report)],
        env={**os.environ, "FORECASTS_WEEKS": "6", **env},
        cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip


def ended(process: subprocess.Popen[str]) -> tuple[int, str]:
    output, _ = process.communicate(timeout=120)
    return process.returncode, output


def test_without_kafka_it_says_in_one_line_what_to_set(lake: LakeOnDisk, tmp_path: Path) -> None:
    code, output = ended(started(lake, tmp_path / "report.json"))
    assert code == 2
    assert "set KAFKA_BOOTSTRAP_SERVERS and REGISTRY_URL" in output
    assert "Traceback" not in output


def test_killed_half_way_and_run_again_every_prior_is_in_the_log_once(
    lake: LakeOnDisk, tmp_path: Path, kafka: RunningKafka, registry: RunningRegistry
) -> None:
    make_anew(kafka, registry, PRIORS)
    env = {"KAFKA_BOOTSTRAP_SERVERS": kafka.bootstrap_servers, "REGISTRY_URL": registry.url}
    report = tmp_path / "report.json"
    process = started(lake, report, **env)
    kill_after(process, "gold")  # its forecasts are there, its priors are not, or not all
    assert process.returncode == -signal.SIGKILL
    assert not report.exists()
    code, output = ended(started(lake, report, **env))
    assert code == 0, output
    found = json.loads(report.read_text())
    assert (found["series"], found["priors"]) == (9, 3)
    assert len(forecasts(lake)) == 54
    published = log_of(kafka)
    with closing(RegistryCodecs(RegistrySettings(url=registry.url))) as codecs:
        records = [codecs.decode(PRIORS, message.value()) for message in published]
    assert sorted(record["item_id"] for record in records) == ["BAT", "CABO", "FUS"]
    assert {record["forecast_version"] for record in records} == {found["forecast_version"]}
    code, output = ended(started(lake, report, **env))
    assert code == 0, output
    assert json.loads(report.read_text())["priors_published"] == 0
    assert len(log_of(kafka)) == 3


def kill_after(process: subprocess.Popen[str], stage: str) -> None:
    assert process.stdout is not None
    for line in process.stdout:
        if f'"stage": "{stage}"' in line:
            break
    process.kill()
    process.communicate(timeout=30)


def log_of(kafka: RunningKafka) -> list[Any]:
    settings = KafkaSettings(bootstrap_servers=kafka.bootstrap_servers)
    return list(whole_topics(settings, [PRIORS], client_id="tests.priors"))


def test_the_silver_of_these_tests_reaches_back_half_a_year() -> None:
    assert min(row["occurred_at"] for row in half_a_year()) < days_ago(180)
