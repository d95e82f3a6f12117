"""Mail: written into the store with those who get it, sent by jobs, accounted for per recipient."""
