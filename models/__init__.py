"""The core of Slantwise: what a document is, what a model is, how a text becomes a scorecard."""
