"""How time and memory grow, beside bare Splink on the same records."""
