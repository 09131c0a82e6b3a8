"""Content-addressed originals."""
