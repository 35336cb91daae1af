"""Log lines of several sources in one bounded file, with their offsets in memory."""
