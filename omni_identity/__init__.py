"""omni_identity: golden customer IDs from per-channel customer lists."""
