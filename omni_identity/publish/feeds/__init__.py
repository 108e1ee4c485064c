"""What each feed delivered since the last publication, measured and held against the feed's own history."""
