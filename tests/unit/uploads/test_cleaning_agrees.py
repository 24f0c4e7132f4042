"""What an upload accepts, cleaning takes: no line is promised first and a dead letter later."""

from __future__ import annotations

from contextlib import suppress

from hypothesis import given
from hypothesis import strategies as st

from schemas.uploads import Arrival, ReadyLine, RefusedLineError, UploadKind, read_line
from stream_processors.cleaning.clean import clean
from stream_processors.cleaning.records import RawRecord
from tests.fakes.decoding import LocalCodecs
from tests.fakes.uploads import GOOD, NOW

CODECS = LocalCodecs()
_NUMBERS = st.one_of(
    st.integers(min_value=-(10**20), max_value=10**20).map(str),
    st.decimals(min_value=-4000, max_value=4000, places=3).map(lambda n: str(n).replace(".", ",")),
)
_TIMES = st.one_of(st.datetimes().map(str), st.dates().map(str))
_WORDS = st.one_of(
    st.text(max_size=40),
    st.text(min_size=190, max_size=210),
    st.sampled_from(["#N/D", "a|b", "a\x01b", "transferred_out", "adjusted", "cancelled", "sim"]),
)


def written(kind: UploadKind, changes: dict[str, str]) -> ReadyLine:
    return read_line(
        kind,
        {name: text or None for name, text in (GOOD[kind] | changes).items()},
        decimal_sign=",",
        row=2,
        arrival=Arrival("upload-1", NOW),
    )


def targets(line: ReadyLine) -> set[str]:
    raw = RawRecord(
        topic=line.topic,
        partition=0,
        offset=0,
        timestamp_ms=NOW // 1000,
        key=line.key.encode(),
        value=CODECS.encode(line.topic, line.record),
    )
    return {output.topic for output in clean(raw, decode=CODECS.decode)}


def test_a_good_line_of_every_kind_becomes_a_fact() -> None:
    for kind in GOOD:
        assert targets(written(kind, {})) == {"clean.stock-fact.v1"}


@given(data=st.data(), kind=st.sampled_from(list(GOOD)))
def test_whatever_is_accepted_becomes_a_fact(data: st.DataObject, kind: UploadKind) -> None:
    names = data.draw(st.lists(st.sampled_from(list(GOOD[kind])), max_size=3, unique=True))
    changes = {name: data.draw(st.one_of(_NUMBERS, _TIMES, _WORDS)) for name in names}
    with suppress(RefusedLineError):
        assert targets(written(kind, changes)) == {"clean.stock-fact.v1"}
