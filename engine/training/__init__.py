"""Training on a team's own labels: snapshots, methods, and an honest comparison of them."""
