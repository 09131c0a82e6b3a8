"""Classifying: what a picture or text is, by a label set or by names alone."""
