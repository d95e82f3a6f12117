"""The counter at a glance: what needs a person, how the day goes, what just happened.

Read by the home page. Everything comes from partial indexes, rollups or the newest rows, so that a
look costs the same whatever is kept.
"""
