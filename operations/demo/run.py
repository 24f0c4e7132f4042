"""The demo from a running stack to its last word."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import chain
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from adapters.kafka import KafkaSettings, Publisher
from adapters.registry import RegistryCodecs, RegistrySettings
from operations.components import spark_environment
from operations.demo.batches import batches
from operations.demo.caught_up import Hops
from operations.demo.clean_log import CleanLog
from operations.demo.compaction import Compaction, compact
from operations.demo.expected import Sent
from operations.demo.feeding import feed, known_to
from operations.demo.forecasts import retrain, wait_for_priors
from operations.demo.jobs import Ended
from operations.demo.live import live_counts, open_alerts, refused
from operations.demo.patience import patiently
from operations.demo.published import in_flight
from operations.demo.report import Input, Seconds, build_report, webhook_counts, write_report
from operations.demo.story import Source, tell, when_told
from operations.demo.summary import in_words
from operations.demo.watermark import Watermark, WatermarkFile
from operations.registry import registry_url
from operations.running import Tools
from operations.settings import StackSettings
from operations.supervisor import Stack
from producers.timeline import EventPublisher, TimedEvent

_MOST_URGENT = 5
_MOST_REFUSED = 5


class InterruptedByPersonError(Exception):
    """Somebody pressed Ctrl-C."""


@dataclass(frozen=True, slots=True)
class DemoOptions:
    """What the person asked for; `began` is `time.monotonic()` of the first line."""

    report: Path | None
    seed: int
    began: float


@dataclass(slots=True)
class DemoRun:
    """One run: feed, wait, forecast, wait again, compact, report."""

    settings: StackSettings
    options: DemoOptions
    console: Console
    source: Source
    watermark: Watermark
    _events: Future[list[TimedEvent]]
    _ready_after: float = 0.0
    _first_alert_after: float | None = None

    @classmethod
    def of(
        cls, settings: StackSettings, options: DemoOptions, console: Console, source: Source
    ) -> DemoRun:
        """Begin to imagine the warehouse around the file: that takes a while.

        Raises:
            ConfigurationError: the data directory was fed with something else.
        """
        wanted = Watermark(source.file.name, source.fingerprint(options.seed))
        watermark = WatermarkFile(settings.data_dir).resumed(wanted)
        say = partial(console.print, highlight=False, markup=False, soft_wrap=True)
        for notice in source.notices:
            say(notice)
        console.print(f"{len(source.lines):,} requisition lines in {source.file.name}")
        executor = ThreadPoolExecutor(max_workers=1, thread_name_prefix="story")
        events = executor.submit(tell, source, seed=options.seed, notify=say)
        executor.shutdown(wait=False)
        return cls(settings, options, console, source, watermark, events)

    def stack_is_ready(self) -> None:
        """Note that everything is up."""
        self._ready_after = self._elapsed()

    def through(self, stack: Stack, tools: Tools, ended: threading.Event) -> bool | None:
        """Feed, wait until all has arrived, forecast, compact, and tell.

        The forecasts are facts to the stream as all others are, so gold and the proof come after
        them: what is proven is then what stands.

        Returns:
            Whether the proof holds; None when a person interrupted it.

        Raises:
            PlatformError: a hop makes no progress, or a job failed.
        """

        def check() -> None:
            if ended.is_set():
                raise InterruptedByPersonError

        try:
            self._feed(check)
            hops = Hops(self.settings)
            self._wait(hops, check)
            retrained = self._retrain(tools, check)
            self._wait(hops, check)
            compaction = self._compact(tools, check)
            records = patiently(hops.records, waiting=check)
            webhooks = patiently(lambda: webhook_counts(self.settings), waiting=check)
        except InterruptedByPersonError:
            return None
        self._tell(records, webhooks, stack, compaction, retrained)
        return compaction.holds

    def _feed(self, check: Callable[[], None]) -> None:
        if self.watermark.complete:
            self.console.print("fed already, by an earlier run: nothing is published again")
            return
        events = when_told(self._events, self.source.file, waiting=check)
        story = list(batches(events))
        kafka = KafkaSettings(bootstrap_servers=self.settings.bootstrap_servers)
        url = registry_url(self.settings.port("registry"))
        file, marks = WatermarkFile(self.settings.data_dir), self.watermark
        rest = story[marks.batches :]
        with (
            closing(RegistryCodecs(RegistrySettings(url=url))) as codecs,
            closing(CleanLog(kafka)) as clean_log,
            self._bar("feeding", len(events)) as advance,
        ):
            patiently(lambda: known_to(codecs), waiting=check)
            publisher = EventPublisher(Publisher(kafka, client_id="operations.demo"), codecs)
            fed = len(events) - sum(map(len, rest))
            published = self._published(kafka, story, check)
            for number, batch in enumerate(rest, start=marks.batches + 1):
                feed(batch, publisher, clean_log, waiting=check, published=published)
                published = []
                fed += len(batch)
                advance(fed)
                file.fed(marks, number, len(story))
            if clean_log.first_alert_at is not None:
                self._first_alert_after = clean_log.first_alert_at - self.options.began

    def _published(
        self, kafka: KafkaSettings, story: list[list[TimedEvent]], check: Callable[[], None]
    ) -> list[Sent]:
        """Return what an earlier run had published of the batch to go on with."""
        marks = self.watermark

        def look() -> list[Sent]:
            before = chain.from_iterable(story[: marks.batches])
            return in_flight(kafka, before, story[marks.batches])

        return patiently(look, waiting=check) if marks.batches < len(story) else []

    def _wait(self, hops: Hops, check: Callable[[], None]) -> None:
        most: dict[str, int] = {}
        with self._bar("arriving", 1) as advance:

            def on_lag(hop: str, lag: int) -> None:
                check()
                most[hop] = max(most.get(hop, 1), lag)
                advance(most[hop] - lag, of=most[hop], what=f"arriving: {hop}")

            hops.wait(on_lag, waiting=check)

    def _retrain(self, tools: Tools, check: Callable[[], None]) -> Ended:
        env = spark_environment(self.settings, tools.artifacts, tools.java, "retrain")
        with self._bar("forecasts", 1) as advance:

            def on_stage(name: str, done: int, total: int) -> None:
                advance(done, of=total, what=f"forecasts: {name}")

            ended = retrain(self.settings, env, on_stage=on_stage, waiting=check)
        wait_for_priors(self.settings, waiting=check)
        return ended

    def _compact(self, tools: Tools, check: Callable[[], None]) -> Compaction:
        env = spark_environment(self.settings, tools.artifacts, tools.java)
        with self._bar("gold and proof", 1) as advance:

            def on_stage(name: str, done: int, total: int) -> None:
                advance(done, of=total, what=f"gold and proof: {name}")

            return compact(self.settings, env, on_stage=on_stage, waiting=check)

    def _tell(
        self,
        records: dict[str, int],
        webhooks: dict[str, int],
        stack: Stack,
        compaction: Compaction,
        retrained: Ended,
    ) -> None:
        read_model = self.settings.state("live-view") / "live_view.sqlite"
        report = build_report(
            input_=Input(self.source.file.name, len(self.source.lines)),
            topics=records,
            compaction=compaction,
            retrained=retrained,
            live=live_counts(read_model),
            webhooks=webhooks,
            seconds=Seconds(
                environment=float(os.environ.get("NOVA_ENVIRONMENT_SECONDS", "0")),
                stack_ready=self._ready_after,
                first_alert=self._first_alert_after,
                total=self._elapsed(),
            ),
            status=stack.status(),
        )
        if self.options.report is not None:
            write_report(report, self.options.report)
        self.console.rule()
        words = in_words(
            report,
            refused=refused(read_model, _MOST_REFUSED),
            still_open=open_alerts(read_model, _MOST_URGENT),
        )
        for line in words:
            self.console.print(line, highlight=False, markup=False, soft_wrap=True)
        self.console.rule()

    def _elapsed(self) -> float:
        return time.monotonic() - self.options.began

    @contextmanager
    def _bar(self, what: str, total: int) -> Iterator[Callable[..., None]]:
        columns = (
            TextColumn("{task.description:<32}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
        )
        with Progress(*columns, console=self.console) as progress:
            task = progress.add_task(what, total=total)

            def advance(done: int, *, of: int | None = None, what: str | None = None) -> None:
                progress.update(task, completed=done, total=of, description=what)

            yield advance
