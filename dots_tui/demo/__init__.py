"""The embedded cloud: AWS over HTTP, an SSH host and a trainer, all on loopback."""
