"""What each program that reads env files makes of a text, one module a reader. Nothing is run: shells are modelled.

``bash_source`` and ``drfc`` go through a small model of bash (``shell*``); ``worker``, ``awk``, ``menu`` and
``python_dotenv`` are a few lines each. All give a :class:`~dots_tui.custom_files.readers.trace.Trace`.
"""
