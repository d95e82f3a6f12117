"""From when on a difference is taken for more than chance."""

# Adjusted p-values up to this are told: one finding in twenty may be chance (Fisher 1925).
LEVEL = 0.05
