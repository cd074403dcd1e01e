"""Benchmarks: each states its instance and prints one JSON object as its last line; see README.md."""
