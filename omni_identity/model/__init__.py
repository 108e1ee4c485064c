"""The vocabulary of the product: attributes, table registry, placeholders, errors. Imports nothing of ours."""
