"""The commands of `magpie`: one module per command, and what they share."""
