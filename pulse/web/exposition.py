"""The figures of an installation in the words of Prometheus; no label names a person or a group.

They are read from the database at each scrape, so that any number of processes give the same.
"""

from collections.abc import Iterator, Mapping

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from pulse.health import Figures
from pulse.leadership.lease import Standing

MIMETYPE = "text/plain; version=0.0.4"


class _Read(Collector):
    """Figures that have been read."""

    def __init__(self, figures: Figures) -> None:
        self._figures = figures

    def collect(self) -> Iterator[Metric]:
        found = self._figures
        yield _outbox(found.outbox)
        yield _waves(found.waves)
        yield _gauge(
            "outbox_oldest_seconds", "How long a mail is due.", found.oldest.total_seconds()
        )
        yield _gauge("jobs_waiting", "Imports and consented files that wait.", found.jobs)
        yield _gauge("disk_free_bytes", "Free bytes where the instance lies.", found.free)
        if found.standing is not None:
            yield from _lease(found.standing)


def text(figures: Figures) -> bytes:
    """Write all figures."""
    registry = CollectorRegistry()
    registry.register(_Read(figures))
    return generate_latest(registry)


def _outbox(counts: Mapping[tuple[str, str], int]) -> Metric:
    words = "Mails by kind and state; kinds that would tell who has started are left out."
    family = GaugeMetricFamily("pulse_outbox_messages", words, labels=["kind", "state"])
    for (kind, state), count in sorted(counts.items()):
        family.add_metric([kind, state], count)
    return family


def _waves(counts: Mapping[str, int]) -> Metric:
    family = GaugeMetricFamily("pulse_waves", "Waves by state.", labels=["state"])
    for state, count in counts.items():
        family.add_metric([state], count)
    return family


def _lease(standing: Standing) -> Iterator[Metric]:
    yield _gauge("lease_held", "Whether a worker leads.", int(standing.is_led))
    yield _gauge("lease_age_seconds", "Since its sign of life.", standing.age.total_seconds())
    yield _gauge("lease_epoch", "How often the leader has changed.", standing.lease.epoch)
    yield _gauge("clock_doubted", "Whether steps are held.", int(standing.clock_jump is not None))
    yield CounterMetricFamily("pulse_ticks", "Ticks of all leaders.", standing.ticks)
    words = "Ticks in which something failed."
    yield CounterMetricFamily("pulse_tick_failures", words, standing.failures)


def _gauge(name: str, words: str, value: float) -> Metric:
    return GaugeMetricFamily(f"pulse_{name}", words, value)
