"""Write, audit, publish: the built file, its checks, and the one step that makes it current."""
