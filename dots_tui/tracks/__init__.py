"""Track names, sizes and geometry. Pure."""
