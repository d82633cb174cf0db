"""The workshop: labelled corpora in, a bundle and an honest report out."""
