"""What the service remembers: documents, their scorecards, feedback, keys and followed names."""
