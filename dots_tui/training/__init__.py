"""Log text to records to the state of a run. Pure, no I/O."""
