"""The analysis: a workflow that plans, researches section by section, writes and finishes."""
