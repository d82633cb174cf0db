"""Whether a server may listen where it is told to: beyond this machine only with a key, or told so twice."""

from ipaddress import IPv6Address, ip_address


class Exposed(RuntimeError):
    """Anybody could ask a server without a key; the message says what to do."""


def check_exposure(address: str, has_keys: bool, allow_open: bool) -> None:
    """Refuse an address beyond this machine while nothing guards it.

    ``address`` is the numeric one that will be bound, so that a name cannot mean another one later.

    Raises:
        Exposed: it is beyond loopback, no live key exists, and the operator has not allowed that.

    """
    if has_keys or allow_open or is_loopback(address):
        return
    raise Exposed(
        f"{address} can be reached from other machines, and no key exists. Make one:\n"
        "  slantwise keys create NAME --scope score --scope read\n"
        "or say that everybody may score, read and give feedback: --allow-open (SLANTWISE_ALLOW_OPEN=1)."
    )


def is_loopback(address: str) -> bool:
    """Say whether a numeric address is one of this machine alone; what is no address is not."""
    try:
        found = ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(found, IPv6Address) and found.ipv4_mapped:
        return found.ipv4_mapped.is_loopback
    return found.is_loopback
