"""The catalog: products taken in, encoded, indexed, and found again by picture or by words.

`products` keeps them, `importing` takes tables of them in, `encode` turns pictures and words into
vectors, `index` holds the vectors, `search` asks it, `analysis` looks at the whole of it, and
`linking` tells which product a line of a receipt is.
"""
