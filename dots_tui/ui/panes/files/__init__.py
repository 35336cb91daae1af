"""The Files pane: forms and texts of a run's files, findings, fixes."""
