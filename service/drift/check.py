"""One check: read, compare, and write down what was found and since when."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection

from models.reference_file import NoReference, Profile, read_reference
from service.drift.compare import Finding, compare, far_from_reference
from service.drift.state import FORMAT, VERSION, State, read_state, write_state
from service.drift.windows import EARLIER, profiles_of, read_windows
from service.settings import Settings
from service.store.database import Database

#: Checks whose distances are kept, one a day: slow drift shows in them.
HISTORY: Final = 400


@dataclass(frozen=True, slots=True)
class Subject:
    """The bundle whose scores are looked at."""

    version: str
    sha256: str
    path: Path


def bundle_in_use(settings: Settings) -> Subject:
    """Return the bundle that the settings, or else CURRENT, name.

    Raises:
        BundleRejected: there is none.

    """
    from models.bundle_files import read_manifest
    from models.encoder import file_sha256
    from models.pointer import current_bundle_path

    path = settings.bundle_path or current_bundle_path()
    manifest = read_manifest(path)
    return Subject(str(manifest["version"]), file_sha256(path / "manifest.json"), path)


def check(database: Database, subject: Subject, days: int, home: Path, now: datetime) -> State:
    """Compare the last days with those before and with the reference, and keep the result.

    Raises:
        StoreUnavailable: the store is locked or gone; what was found before stands.
        OSError: SLANTWISE_HOME cannot be written.

    """
    before = read_state(home)
    same = before if before and before.get("bundle") == subject.version else None
    try:
        references, absent = read_reference(subject.path, subject.sha256), None
    except NoReference as error:
        references, absent = {}, str(error)
    today = now.astimezone(UTC).date()
    since = today - timedelta(days * (EARLIER + 1) - 1)
    with database.read() as connection:
        profiles = {
            profile: _profile(connection, subject.version, profile, today, days, references.get(profile))
            for profile in profiles_of(connection, subject.version, since)
        }
    alarms = _alarms(profiles, (same or {}).get("alarms", []), now)
    state = {
        "format": FORMAT, "version": VERSION, "checked_at": _written(now), "bundle": subject.version,
        "days": days, "no_reference": absent, "alarms": alarms, "profiles": profiles,
        "history": _history((same or {}).get("history", []), profiles, now),
    }  # fmt: skip
    write_state(home, state)
    return state


def _profile(
    connection: Connection, bundle: str, profile: str, today: Any, days: int, reference: Profile | None
) -> dict[str, Any]:
    windows = read_windows(connection, bundle, profile, today, days)
    found = compare(windows, reference)
    recent = windows[0]
    return {
        "from": recent.first.isoformat(), "to": recent.last.isoformat(), "texts": recent.texts,
        "before": sum(window.texts for window in windows[1:]),
        "status": _status(found), "far_from_reference": far_from_reference(found),
        "findings": [_rounded(one) for one in found],
    }  # fmt: skip


def _status(found: Sequence[Finding]) -> str:
    if not any(one.publisher is None for one in found):
        return "too few"
    return "alarm" if any(one.alarm for one in found) else "quiet"


def _alarms(
    profiles: Mapping[str, Mapping[str, Any]], earlier: Iterable[Mapping[str, Any]], now: datetime
) -> list[dict[str, Any]]:
    """Return what is an alarm now, each with the check at which it began."""
    begun = {(one["profile"], one["publisher"], one["signal"]): one["since"] for one in earlier}
    found = []
    for profile, told in profiles.items():
        for one in told["findings"]:
            if one["alarm"]:
                since = begun.get((profile, one["publisher"], one["signal"]), _written(now))
                found.append({"profile": profile, "since": since} | one)
    return found


def _history(
    kept: Sequence[Mapping[str, Any]], profiles: Mapping[str, Mapping[str, Any]], now: datetime
) -> list[Mapping[str, Any]]:
    """Return the distances of all texts by day, this day's last: no publisher is named in them."""
    today = {
        profile: {
            one["signal"]: {"before": one["size"], "reference": one["reference"]}
            for one in told["findings"]
            if one["publisher"] is None
        }
        for profile, told in profiles.items()
    }
    day = now.astimezone(UTC).date().isoformat()
    return [*(one for one in kept if one["day"] != day), {"day": day, "sizes": today}][-HISTORY:]


def _rounded(one: Finding) -> dict[str, Any]:
    return {
        name: round(value, 6) if isinstance(value, float) else value for name, value in asdict(one).items()
    }


def _written(now: datetime) -> str:
    return now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
