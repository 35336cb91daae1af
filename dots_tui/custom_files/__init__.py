"""The files of a run: bytes on disk, typed values, findings. Pure: no screen, no network."""
