"""The Models pane: what it will hold."""
