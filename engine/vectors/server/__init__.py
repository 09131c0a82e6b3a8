"""The index on a Qdrant server or cluster, for libraries that one machine does not hold."""
