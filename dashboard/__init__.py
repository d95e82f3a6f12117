"""The dashboard: renders pages and answers HTTP. No SQL, no pixels, no maths."""
