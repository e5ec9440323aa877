"""Packs as leadline uses them: what their files mean, how they are checked, compared, merged with a rep's own settings.

``tables`` are the files' forms; ``content`` reads them; ``merge`` and ``overlay`` make the sources in force; ``check``,
``diff``, ``health`` and ``new`` serve a pack's maker; ``installs`` is the door for reps.
"""
