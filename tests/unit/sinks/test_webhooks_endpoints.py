"""The endpoints file: read again when it changes, refused without showing a secret."""

from __future__ import annotations

import json
import os

import pytest

from domain.errors import ConfigurationError
from sinks.webhooks.endpoints import EndpointsFile, parse_endpoints

SECRET = "whsec_" + "c2VjcmV0" * 4


def entry(**changes: object) -> dict[str, object]:
    return {"id": "ops", "url": "https://example.org/hook", "secret": SECRET, **changes}


def write(path, entries, *, at):
    path.write_text(json.dumps(entries))
    os.utime(path, ns=(at, at))


def test_a_changed_file_is_read_again(tmp_path):
    path = tmp_path / "endpoints.json"
    endpoints = EndpointsFile(path)
    assert endpoints.current() == {}
    write(path, [entry()], at=1)
    assert set(endpoints.current()) == {"ops"}
    write(path, [entry(id="a"), entry(id="b")], at=2)
    assert set(endpoints.current()) == {"a", "b"}
    path.unlink()
    assert endpoints.current() == {}


def test_a_file_that_became_unusable_leaves_the_endpoints_as_they_were(tmp_path):
    path = tmp_path / "endpoints.json"
    endpoints = EndpointsFile(path)
    write(path, [entry()], at=1)
    endpoints.current()
    path.write_text("[{")
    os.utime(path, ns=(2, 2))
    assert set(endpoints.current()) == {"ops"}


@pytest.mark.parametrize(
    ("entries", "said"),
    [
        ([entry(url="ftp://example.org")], "only http and https"),
        ([entry(url="file:///etc/passwd")], "only http and https"),
        ([entry(url="http://[")], "only http and https"),
        ([entry(url="/hook")], "only http and https"),
        ([entry(secret="whsec_")], "secret is not"),
        ([entry(secret="whsec_ä")], "secret is not"),
        ([entry(), entry()], "two share an id"),
        ([{"id": "ops"}], "needs id, url and secret"),
        (["ops"], "needs id, url and secret"),
        ({"ops": 1}, "not a list"),
    ],
)
def test_an_unusable_list_is_refused_with_a_sentence(entries, said):
    with pytest.raises(ConfigurationError, match=said) as refused:
        parse_endpoints(json.dumps(entries))
    assert SECRET not in str(refused.value)


def test_a_secret_is_not_shown_by_an_endpoint():
    assert SECRET not in repr(parse_endpoints(json.dumps([entry()])))
