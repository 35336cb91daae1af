"""The user interface: the shell, the panes and their widgets. The only package that imports Textual."""
