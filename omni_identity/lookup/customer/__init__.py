"""Everything that is published of one customer, part by part."""
