"""From an upload to a vector."""
