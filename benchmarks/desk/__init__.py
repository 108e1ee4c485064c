"""How long the desk's pages take, on a published file of any size."""
