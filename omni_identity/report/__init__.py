"""The run report: one self-contained HTML page of pictures and tables, without a single person in it."""
