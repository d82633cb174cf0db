"""One key for one publisher, however a corpus writes it."""

import re
from typing import Final
from urllib.parse import urlsplit

#: Second-level labels under which names are registered (``bbc.co.uk``).
_SECOND_LEVEL: Final = frozenset({"co", "com", "org", "ac", "gov", "net", "edu", "sch", "nhs"})

#: Hosts whose subdomains belong to different authors; there the whole host is the publisher.
_SHARED_HOSTS: Final = frozenset(
    {"blogspot.com", "wordpress.com", "typepad.com", "tumblr.com", "substack.com", "medium.com", "go.com"}
)

#: Names (without blanks, hyphens and "the") and second homes of publishers in more than one corpus.
_ALIASES: Final = {
    "abcnews": "abcnews.go.com",
    "alternet": "alternet.org",
    "ap": "apnews.com",
    "associatedpress": "apnews.com",
    "bbc": "bbc.com",
    "bbc.co.uk": "bbc.com",
    "bipartisanreport": "bipartisanreport.com",
    "blaze": "theblaze.com",
    "breitbart": "breitbart.com",
    "buzzfeed": "buzzfeed.com",
    "buzzfeednews.com": "buzzfeed.com",
    "cbsnews": "cbsnews.com",
    "cnbc": "cnbc.com",
    "cnn": "cnn.com",
    "dailybeast": "thedailybeast.com",
    "dailycaller": "dailycaller.com",
    "dailykos": "dailykos.com",
    "dailymail": "dailymail.co.uk",
    "dailystormer": "dailystormer.com",
    "drudgereport": "drudgereport.com",
    "duran": "theduran.com",
    "federalist": "thefederalist.com",
    "foxnews": "foxnews.com",
    "fusion": "fusion.net",
    "globeandmail": "theglobeandmail.com",
    "guardian": "theguardian.com",
    "guardian.co.uk": "theguardian.com",
    "hill": "thehill.com",
    "huffingtonpost": "huffpost.com",
    "huffingtonpost.com": "huffpost.com",
    "huffpost": "huffpost.com",
    "motherjones": "motherjones.com",
    "msnbc": "msnbc.com",
    "nationalreview": "nationalreview.com",
    "newsbusters": "newsbusters.org",
    "newyorktimes": "nytimes.com",
    "npr": "npr.org",
    "palmerreport": "palmerreport.com",
    "pbs": "pbs.org",
    "politicalinsider": "thepoliticalinsider.com",
    "politico": "politico.com",
    "politicususa": "politicususa.com",
    "redstate": "redstate.com",
    "reuters": "reuters.com",
    "rightscoop": "therightscoop.com",
    "rt": "rt.com",
    "shareblue": "shareblue.com",
    "slate": "slate.com",
    "talkingpointsmemo": "talkingpointsmemo.com",
    "torontonsun": "torontosun",
    "usatoday": "usatoday.com",
    "vox": "vox.com",
    "wallstreetjournal": "wsj.com",
    "washingtonpost": "washingtonpost.com",
    "washingtontimes": "washingtontimes.com",
    "yahoonews": "yahoo.com",
}


def host_of(url: str) -> str:
    """Return the lower-case host of an address without port and ``www``; empty if there is none."""
    address = url if "//" in url else f"//{url}"
    try:
        host = urlsplit(address.strip()).hostname or ""
    except ValueError:
        return ""
    return re.sub(r"^(?:www\d?|m|mobile|amp)\.(?=.*\.)", "", host.rstrip("."))


def registered_domain(host: str) -> str:
    """Cut a host to the name somebody registered: ``money.cnn.com`` -> ``cnn.com``."""
    labels = host.split(".")
    if len(labels) > 2 and len(labels[-1]) == 2 and labels[-2] in _SECOND_LEVEL:
        return ".".join(labels[-3:])
    domain = ".".join(labels[-2:])
    return host if domain in _SHARED_HOSTS else domain


def publisher_key(name: str) -> str:
    """Bring a host, an address or an outlet's name to one key over all corpora.

    ``www.cnn.com``, ``money.cnn.com``, ``https://cnn.com/a`` and ``CNN`` all give ``cnn.com``. A name
    without a known domain gives itself in lower case, without blanks and a leading "the".
    """
    plain = name.strip().lower()
    if "." in plain and " " not in plain:
        plain = registered_domain(host_of(plain)) or plain
    else:
        plain = re.sub(r"[\s_-]+", "", plain).removeprefix("the") or plain
    return _ALIASES.get(plain, plain)
