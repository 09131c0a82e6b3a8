"""Qdrant behind a port: the vectors of a library."""
