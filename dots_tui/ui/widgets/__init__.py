"""What more than one pane shows."""
