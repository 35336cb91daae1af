"""What a reward function is given, and what it pays for: rehearsed in a child process before a training is paid for."""
