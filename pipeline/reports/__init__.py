"""Reports: from what is asked for (`order`) over the data (`snapshot`, `figures`) to the files."""
