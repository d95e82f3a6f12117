"""Products as rows: writing, deleting, finding, listing, editing."""
