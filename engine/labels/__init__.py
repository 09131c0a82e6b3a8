"""Labelling: what may be learnt from, what comes next, and how well a team agrees."""
