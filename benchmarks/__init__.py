"""Measurements too long or too large for the tests; each module says what it prints."""
