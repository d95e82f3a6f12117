"""From pictures and words to vectors: the one place that knows PyTorch and OpenCLIP."""
