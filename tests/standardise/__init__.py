"""Tests of standardising: one file an attribute."""
