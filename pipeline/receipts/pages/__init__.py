"""From a kept file to upright pages, and the text that a PDF brings along."""
