"""The doctor: checks if this machine, this terminal and this AWS account meet the requirements of dots-tui."""
