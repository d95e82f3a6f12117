"""Questions to the catalog: by words, picture, product or examples."""
