"""What customers did: interactions on golden IDs."""
