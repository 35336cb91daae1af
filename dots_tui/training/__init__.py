"""Conversion of log text to records, and of records to the state of a run. Pure, no I/O."""
