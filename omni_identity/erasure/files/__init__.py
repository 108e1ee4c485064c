"""Delivered files rewritten without erased persons, and with marks in what others say of them."""
