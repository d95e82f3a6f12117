"""A whole installation in one archive, and an installation made of one again; see docs/backup.md.

The archive is the same for every store and every file storage, so that a backup of one can be
restored into another.
"""
