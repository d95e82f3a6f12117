"""The domain: jobs, receipts, catalog, reports. Knows no web framework."""
