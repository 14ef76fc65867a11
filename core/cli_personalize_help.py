"""The texts of `shortlist personalize --help`, which teach by examples."""

PERSONALIZE_HELP = """Let the scores learn your taste from your stars, picks and rejects.

Without a command it learns from every mark of the catalogue, tries the result on shoots it
has not seen, and says how well it agrees with you there, beside the model for everybody.
Nothing changes until you accept: with --accept it is kept as a profile under that name, and
every score of the catalogue follows it at once. Any earlier profile, and the model for
everybody, can be restored exactly.

\b
What the figures say:
  agreement      rank correlation with your marks, -1 to 1, and its 95 % interval
  keepers lost   of 100 photographs you keep, those that go when the lowest 10, 20 or
                 30 % are cut unseen

\b
Examples:
  shortlist personalize
      learn, and show what came of it
  shortlist personalize --accept Weddings
      the same, and put it in force if it is better
  shortlist personalize --deep --json
      also teach the network itself, which takes minutes; the verdict for other programs
  shortlist personalize use --everybody
      score as before

\b
Exit status:
  0    all went well
  2    wrong use, or nothing could be done; a sentence says why
  130  stopped, as by Ctrl+C; what was in force still is
"""
LIST_HELP = """List the profiles of the catalogue, the newest first; * marks the one in force."""
USE_HELP = """Put a profile in force, or with --everybody the model for everybody.

Every score of the catalogue changes at once. After a deep profile was put in force the next
`shortlist score` looks at the photographs again.

\b
Examples:
  shortlist personalize use Weddings
  shortlist personalize use --everybody
"""
EXPORT_PROFILE_HELP = """Write a profile into one small file, for another computer.

It holds what was learned and how well it did: none of your photographs, their names or your
ratings.

\b
Example:
  shortlist personalize export Weddings --to weddings.shortlist-taste
"""
IMPORT_PROFILE_HELP = """Add the profile in FILE to the catalogue. It is not put in force.

A file that was altered, or that was made with another model, is refused.

\b
Example:
  shortlist personalize import weddings.shortlist-taste
"""
RENAME_HELP = """Give a profile another name."""
FORGET_HELP = """Remove a profile. If it is in force, the model for everybody is restored first."""
