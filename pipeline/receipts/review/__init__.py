"""What a person must look at, changes and decides; and what is remembered of it."""
