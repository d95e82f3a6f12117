"""Alerts: rules that are looked at by the dashboard, so that they work when no worker does."""
