"""Finding texts by their words, the same way on every store; receipts and products use it."""
