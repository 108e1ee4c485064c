"""Data sets with known truth that are made here, each hard in one way: a module a set."""
