"""The label sets, with their definitions and sources: the one place where a label is named."""

from typing import Final

SENTENCE_SIGNALS: Final = ("loaded_language", "opinion", "call_to_action")
DOCUMENT_SIGNALS: Final = ("opinion_article", "partisan")
ADVOCACY: Final = "advocacy"

#: What a text *reads like*; never a fact about its publisher.
SOURCE_TYPES: Final[dict[str, str]] = {
    "news_report": "reports events and what others said, without arguing",
    "opinion_editorial": "a signed or unsigned piece that argues the author's or the paper's view",
    "press_release": "an organisation announces its own news to the press",
    "political_advocacy": "a campaign, think tank, watchdog or exile group argues for its cause",
    "satire": "invented events, told for comic effect",
    "hoax_conspiracy": "invented or conspiratorial claims presented as fact",
    "promotional": "sells or raises funds: offers, appeals, sponsored text",
}

#: Policy Frames Codebook, Boydstun et al. 2014 ("Tracking the Development of Media Frames").
POLICY_FRAMES: Final[dict[str, str]] = {
    "economic": "costs, benefits, jobs, wages, taxes, budgets and other financial consequences",
    "capacity_resources": "whether there are enough people, places, money, time or equipment to do it",
    "morality": "right and wrong by religion, ethics, duty or conscience",
    "fairness_equality": "equal treatment, discrimination, who gains and who is left out",
    "legality_jurisprudence": "rights, laws, courts, constitutions and how judges read them",
    "policy_evaluation": "what a policy or proposal does, whether it works, what should replace it",
    "crime_punishment": "crimes, policing, arrests, sentences and punishment",
    "security_defense": "threats to a country or community and protection from them",
    "health_safety": "illness, injury, safety, mental health, care and sanitation",
    "quality_of_life": "daily life, comfort, community and the happiness of ordinary people",
    "cultural_identity": "traditions, customs, language, values and the identity of a group",
    "public_opinion": "what the public thinks, wants or shows: polls, protests, attitudes",
    "political": "parties, elections, lobbying, bargaining and political manoeuvres",
    "external_regulation_reputation": "relations with other countries, treaties, image abroad",
}

#: Generic news frames, Semetko & Valkenburg 2000; labelled in Frermann et al. 2023.
STORY_FRAMES: Final[dict[str, str]] = {
    "conflict": "disagreement or clash between people, groups or countries",
    "human_interest": "a human face or an emotional angle on the subject",
    "resolution": "somebody offers or finds an answer to the problem",
    "moral": "a moral message, religious tenet or judgement of right and wrong",
    "economic_consequences": "gains, losses and costs for those concerned",
}

#: Stance of the text towards one target.
STANCES: Final = ("favour", "neutral", "against")

#: Why a head gave no label. The first three also withhold the numbers.
NOT_SCORABLE: Final = ("language", "too_short", "not_prose")
UNCERTAIN: Final = ("uncertain", "unlike_training")
