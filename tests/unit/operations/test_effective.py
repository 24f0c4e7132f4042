"""`nova config`: every setting of every component is printed, and no secret ever."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from pydantic import SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from operations import effective
from operations.command import run
from operations.components import Profile, catalogue
from operations.effective import effective_settings, masked, settings_read_by
from operations.keys import ensure_owner_key, ensure_webhook_endpoints
from operations.settings import StackSettings
from operations.supervisor import Component


class VaultSettings(BaseSettings):
    """A settings class with a secret in it, whose name does not say so."""

    model_config = SettingsConfigDict(env_prefix="VAULT_")

    phrase: SecretStr
    url: str = "http://vault/"


def printed(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    with pytest.raises(SystemExit) as ended:
        run(["config", *arguments])
    assert ended.value.code in (0, None)
    return capsys.readouterr().out


def test_every_component_is_there_with_what_it_reads(tmp_path: Path) -> None:
    found = effective_settings(StackSettings(tmp_path, 9000))
    parts = catalogue(
        StackSettings(tmp_path, 9000),
        artifacts=effective._Unverified(),
        java=effective._java_or_none(),
        profile=Profile.LIVE,
    )
    assert {each.name for each in parts if isinstance(each, Component)} <= set(found)
    assert found["api"]["API_PORT"].value == "9000"
    assert found["lakehouse"]["LAKE_COMMIT_SECONDS"].origin == "default"
    assert found["stock"]["BATCH_SIZE"].value == "1000"
    assert found["cleaning"]["CLEANING_DEDUPE_DAYS"].value == "30"


def test_every_python_component_reads_some_settings(tmp_path: Path) -> None:
    parts = catalogue(
        StackSettings(tmp_path, 9000),
        artifacts=effective._Unverified(),
        java=effective._java_or_none(),
        profile=Profile.DEMO,
    )
    modules = [each.argv[-1] for each in parts if isinstance(each, Component) and "-m" in each.argv]
    assert len(modules) > 5
    assert [module for module in modules if not settings_read_by(module)] == []


def test_a_variable_of_the_environment_counts_and_is_named_as_such(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LAKE_COMMIT_SECONDS", "9")
    monkeypatch.setenv("API_PORT", "1")  # what the stack gives a component wins
    found = effective_settings(StackSettings(tmp_path, 9000))
    assert (found["lakehouse"]["LAKE_COMMIT_SECONDS"].value) == "9"
    assert (found["lakehouse"]["LAKE_COMMIT_SECONDS"].origin) == "environment"
    assert found["api"]["API_PORT"].value == "9000"


def test_no_secret_is_ever_printed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = StackSettings(tmp_path, 9000)
    made = ensure_owner_key(settings)
    ensure_webhook_endpoints(settings, with_receiver=True)
    monkeypatch.setenv("NOVA_API_KEY", "owner-chosen-key")
    (endpoint,) = json.loads((settings.keys / "webhook_endpoints.json").read_text())
    digests = [each["sha256"] for each in json.loads((settings.keys / "api_keys.json").read_text())]
    secrets = [str(made), "owner-chosen-key", endpoint["secret"], *digests]
    for arguments in ([], ["--json"]):
        said = printed(capsys, "--data-dir", str(tmp_path), *arguments)
        assert effective.MASK in said
        assert [secret for secret in secrets if secret in said] == []


def test_a_secret_is_masked_by_its_type_and_by_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VAULT_PHRASE", "open sesame")
    fields = dict(effective._fields(VaultSettings, {}))
    assert fields["VAULT_PHRASE"].value == effective.MASK
    assert fields["VAULT_URL"].value == "http://vault/"
    for name in ("KAFKA_SASL_PASSWORD", "NOVA_API_KEY", "WEBHOOK_SECRET", "GITHUB_TOKEN"):
        assert masked(name, "x") == effective.MASK
    assert masked("API_KEYS_FILE", "keys.json") == "keys.json"


def test_json_is_one_object_by_component(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    said = json.loads(printed(capsys, "--data-dir", str(tmp_path), "--json"))
    assert said["stack"]["data_dir"] == {"value": str(tmp_path), "from": "stack"}
    assert said["components"]["api"]["API_HOST"] == {"value": "127.0.0.1", "from": "default"}
