"""The sections of the report, one module each: figures in, drawn onto the paper."""
