"""The front desk: Flask in, scorecards from ``models`` out."""
