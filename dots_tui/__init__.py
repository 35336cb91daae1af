"""dots-tui: edit, launch, watch and stop AWS DeepRacer trainings from one terminal program."""

__version__ = "0.1.0"
