"""What the last check found, as Prometheus reads it; every worker shows the same file."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from models.home import slantwise_home
from service.drift.state import read_state


class DriftCollector(Collector):
    """Gauges of all texts together: no publisher is named to a monitor."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Give the gauges of the last check, none where there was none."""
        state = read_state(slantwise_home())
        if state is None:
            return
        checked = GaugeMetricFamily(
            "slantwise_drift_checked_timestamp_seconds", "When drift was last looked for."
        )
        checked.add_metric([], datetime.fromisoformat(state["checked_at"]).timestamp())
        yield checked
        yield _sizes(state)
        yield _alarms(state)


def _sizes(state: Mapping[str, Any]) -> GaugeMetricFamily:
    sizes = GaugeMetricFamily(
        "slantwise_drift", "Distance of the last days from those before, and from the bundle's reference.",
        labels=["signal", "profile", "against"],
    )  # fmt: skip
    for profile, told in state["profiles"].items():
        for one in told["findings"]:
            for against, size in (("before", one["size"]), ("reference", one["reference"])):
                if one["publisher"] is None and size is not None:
                    sizes.add_metric([one["signal"], profile, against], size)
    return sizes


def _alarms(state: Mapping[str, Any]) -> GaugeMetricFamily:
    alarms = GaugeMetricFamily(
        "slantwise_drift_alarm", "Alarms: of all texts together, and of publishers.",
        labels=["signal", "profile"],
    )  # fmt: skip
    for profile, told in state["profiles"].items():
        found: dict[str, int] = {}
        for one in told["findings"]:
            found[one["signal"]] = found.get(one["signal"], 0) + one["alarm"]
        for signal, number in found.items():
            alarms.add_metric([signal, profile], number)
    return alarms
