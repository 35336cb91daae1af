"""The Reward pane: the editor and the wind tunnel."""
