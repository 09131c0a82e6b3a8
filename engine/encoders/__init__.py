"""Models that turn pictures and texts into features."""
