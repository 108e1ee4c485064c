"""The commands of ``omni``, a file each: what may be typed, and what is called."""
