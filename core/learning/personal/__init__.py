"""Phase 2 for one photographer, from a few hundred marks, on the photographer's machine.

`apart` is the way in: a process of its own, in which `deep` does the work. `seen` runs the
student's lower stages once over every photo; `teacher_learner` turns the marks into an opinion
about all photos, as a correction of the model for everybody; `fine_tuning` lets the student's
last stage and head learn both. `share_of_task` makes one progress bar of it.
"""
