"""The settings of the user, and the data packaged with the program."""
