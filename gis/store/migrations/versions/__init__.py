"""One file a step. ``down_revision`` alone is the order: numbers are given when work begins, and it ends in another."""
