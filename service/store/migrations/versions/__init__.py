"""One file a step; ``service/store/revision.py`` lists them in order."""
