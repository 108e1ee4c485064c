"""What channels deliver, and how it is read: configuration, files, contracts, quarantine."""
