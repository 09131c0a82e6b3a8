"""The catalogue: what is stored, and the only truth about it."""
