"""The Training pane: lanes, charts, track, log and verdict of one run."""
