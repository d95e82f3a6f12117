"""Mail: who may get it (`addresses`), its words, the SMTP conversation, and its jobs."""
