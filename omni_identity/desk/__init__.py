"""The desk: a page for those who decide who is who, served from one home."""
