"""Publish a bundle, or go back: the files first, then the record, then CURRENT by one rename.

A crash at any step leaves the bundle in use that was in use before, or the new one whole.
"""

from collections.abc import Sequence
from pathlib import Path

from models import history, pointer
from models.bundle import Bundle
from models.bundle_files import BundleRejected
from models.gate_file import Decision, NoDecision, gate_file, read_decision
from models.history import Entry
from models.intake import sound, taking_in
from models.switch import (
    Act,
    Change,
    PublishRefused,
    current_sha256,
    current_version,
    publisher_lock,
    settled_history,
    switch,
)

__all__ = ["Act", "Change", "PublishRefused", "publish", "rollback"]


def publish(wanted: str, act: Act) -> Change:
    """Put a bundle into use: a version that is here already, or a folder from anywhere.

    Raises:
        BundleRejected: it is damaged, or does not pass its self-test.
        PublishRefused: the gate did not let it through, somebody went back from it, another bundle has
            its version, or somebody else is publishing.
        OSError: the disk is full, or SLANTWISE_HOME cannot be written.

    """
    with publisher_lock(), taking_in(_find(wanted)) as intake:
        entries = settled_history(act.who)
        decision = _permission(intake.source, intake.bundle, act, entries)
        intake.settle()
        return switch("publish", intake.bundle, act, decision, entries)


def rollback(version: str | None, act: Act) -> Change:
    """Go back to a bundle that was in use: the one before, or the one that is named.

    Twice goes two back. A bundle that is damaged, or is not the one that was in use under its version,
    is passed by.

    Raises:
        BundleRejected: the named bundle is damaged or gone.
        PublishRefused: there is nothing to go back to, the named bundle was never in use, or somebody
            else is publishing.
        OSError: SLANTWISE_HOME cannot be written.

    """
    with publisher_lock():
        entries = settled_history(act.who)
        known = history.stack(entries)
        earlier = known[:-1] if known and known[-1][0] == current_version() else known
        if version is not None:
            earlier = [(one.bundle, one.sha256) for one in entries if one.bundle == version][-1:]
            if not earlier:
                raise PublishRefused(f"{version} was never in use here; publish it")
        skipped = []
        for name, sha256 in reversed(earlier):
            try:
                bundle = _as_it_was(name, sha256)
            except (BundleRejected, OSError) as error:
                if version is not None:
                    raise
                skipped.append(str(error))
            else:
                return switch("rollback", bundle, act, None, entries, tuple(skipped))
        raise PublishRefused("; ".join(["there is nothing to go back to", *skipped]))


def _find(wanted: str) -> Path:
    """Return the folder that a version, or else a path, names."""
    try:
        return pointer.bundle_folder(wanted)
    except BundleRejected as error:
        if Path(wanted).is_dir():
            return Path(wanted).resolve()
        raise BundleRejected(f"{error}, and no such folder") from None


def _as_it_was(version: str, sha256: str | None) -> Bundle:
    bundle = sound(pointer.bundle_folder(version))
    if bundle.version != version or sha256 not in (None, bundle.sha256):
        raise BundleRejected(f"{version} is not the bundle that was in use: its manifest.json is another")
    return bundle


def _permission(source: Path, bundle: Bundle, act: Act, entries: Sequence[Entry]) -> Decision | None:
    """Return the gate's decision, or None where there is none and a reason to do without.

    Raises:
        PublishRefused: the gate did not let the bundle through, or somebody went back from it.

    """
    decision, objections = None, []
    try:
        decision = read_decision(gate_file(source, bundle.version))
    except NoDecision as error:
        objections.append(str(error))
    else:
        objections += _objections(decision, bundle)
    left = history.rolled_back(entries, bundle.version)
    if left:
        objections.append(f"{left.who} went back from it on {left.at}: {left.why or 'no reason given'}")
    if objections and not act.force:
        raise PublishRefused(f"{bundle.version}: {'; '.join(objections)}")
    return decision


def _objections(decision: Decision, bundle: Bundle) -> list[str]:
    found = []
    if decision.sha256 != bundle.sha256:
        found.append("the gate judged another bundle of this version")
    if not decision.publish:
        found.append(f"the gate says no: {'; '.join(decision.reasons) or 'no reason given'}")
    in_use = current_sha256()
    if decision.against not in (in_use, None) and in_use != bundle.sha256:
        found.append("the gate compared it with a bundle that is no longer in use")
    return found
