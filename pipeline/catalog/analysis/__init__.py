"""The catalog as a whole: duplicates, map and outliers, each computed as a job."""
