"""How far ``identity_confidence`` can be relied upon: fits it, and measures it against the truth."""
