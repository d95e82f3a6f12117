"""The HTTP API: one thin router per resource, under /api/v1."""
