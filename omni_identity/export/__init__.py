"""A copy of everything about one person, for an access request: what an erasure would take out, found alike."""
