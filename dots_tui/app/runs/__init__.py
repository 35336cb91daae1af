"""Watching one run: connection, container logs, spool and run state brought together."""
