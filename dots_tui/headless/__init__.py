"""The commands that print instead of opening the app."""
