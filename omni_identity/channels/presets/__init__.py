"""Presets: what vendors' exports look like, one declarative file each, and how a feed takes one over."""
