"""Tables of products with their pictures, from file to rows."""
