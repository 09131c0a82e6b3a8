"""Qdrant Edge, Qdrant's own engine as a library, in a process of its own."""
