"""Who is who over time: ledger, customers, golden IDs, and their events."""
