"""Erasing a person: the requests, every place where their data may stand, and what is remembered of them."""
