"""Discovery: what files hold that nobody has described yet, and the configuration that reads them."""
