"""The steps, a module each: what a step reads, writes and depends on stands beside its one function."""
