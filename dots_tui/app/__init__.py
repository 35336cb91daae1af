"""Use cases without a screen: workspace, runs, recordings. They own state and return immutable snapshots."""
