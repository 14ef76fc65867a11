"""Several photos at once, zoomed and panned in step: two in compare, up to nine in survey.

The views show photos and tell which was chosen; which photos these are is said in app.modes.
active_frame marks the one that keys act on.
"""
