"""The doctor: whether this machine, this terminal and this AWS account have what dots-tui needs."""
