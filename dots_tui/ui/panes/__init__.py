"""One module a pane. Textual only; everything else is asked of the rooms below."""
