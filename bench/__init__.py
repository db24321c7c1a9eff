"""Benchmarks. Each module has `run() -> dict` of named figures, with the peer measured in the same run."""
