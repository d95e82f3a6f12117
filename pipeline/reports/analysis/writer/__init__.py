"""The optional writer: a language model may reword sentences; figures stay ours, or ours stand."""
