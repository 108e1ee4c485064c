"""Fetching: copies of what lies in object stores and databases, kept in the home and read like delivered files."""
