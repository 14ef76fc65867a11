"""The texts of `shortlist --help`, which teach by examples."""

HELP = """Find the photographs worth working on, on your own machine.

Shortlist looks at every photograph of a folder and gives it a score from 0 to 100. Originals
are only read. Scores are kept in a catalogue, so a photograph is looked at once, and a
command that was stopped goes on where it was.

\b
Examples:
  shortlist score ~/Pictures/wedding
      a table of all photographs in the folder with their scores
  shortlist score ~/Pictures/wedding --recursive --format jsonl > scores.jsonl
      also those in sub-folders, one JSON object a line, for other programs
  shortlist rank ~/Pictures/wedding --top 20
      the twenty best, best first
  shortlist export ~/Pictures/wedding --top 20 --to ~/Desktop/best --dry-run
      what would be copied where; without --dry-run it is copied and verified
  shortlist personalize
      what can be learned from your ratings, and whether it is better

\b
Exit status:
  0    all went well
  1    some photographs could not be read or copied; each is named on standard error;
       or the output could not be written
  2    wrong use, or nothing could be done; a sentence says why
  130  stopped, as by Ctrl+C; the same command goes on
"""
SCORE_HELP = """Score every photograph of FOLDER and print one record for each, ordered by path.

What is scored already comes from the catalogue at once. Records go to standard output;
photographs that could not be read are among them, and are named on standard error too.

\b
Formats:
  table  for reading; paths are the real ones, whatever links lead to the folder
  jsonl  one JSON object a line: path, score, aesthetic, spread, technical, model,
         or path and error; in a name that is not UTF-8 each byte XX that is no text
         is \\udcXX, so that no two names become one
  csv    for a spreadsheet
"""
RANK_HELP = """Print the best photographs of FOLDER, best first.

Photographs that were rejected in the window are left out. What has no score yet is scored
first.

With --by, the order is that of one measurement instead of the score, from 0 to 100, highest
first. Measurements are facts and no judgement of a photograph: a night is dark on purpose.

\b
What --by can name:
  score              the score, which is the order without --by
  sharpness          how sharp the picture is at preview size
  motion             how free of motion blur
  noise              how free of noise
  underexposure      how far from too dark
  overexposure       how far from too bright, clipped lights included
  compression        how free of losses by JPEG
  subject-sharpness  fine detail of the subject at 1:1, in percent of the sharpest photograph
                     of its group; photographs that were never compared are left out, and
                     `shortlist groups FOLDER --sharpness` compares them

\b
Examples:
  shortlist rank ~/Pictures/wedding --top 20 --recursive
  shortlist rank ~/Pictures/wedding --by sharpness --top 50
  shortlist rank ~/Pictures/wedding --by noise --format csv > noise.csv
"""
EXPORT_HELP = """Copy the best photographs of FOLDER to another folder.

Say which with exactly one of --top, --percent, --stars and --picks. The JPEG and sidecars
of a RAW file go with it. Every copy is read back and compared; nothing is ever overwritten:
where a name is taken, the copy is called "NAME (2)". Stopped in the middle, it leaves whole
files only.

\b
Fields of --template, which makes names without the extension:
  {name} {folder} {date} {time} {camera} {stars} {score}
  {counter}, or {counter:04} for four digits

\b
Examples:
  shortlist export ~/Pictures/wedding --top 50 --to /media/usb/wedding
  shortlist export ~/Pictures/wedding --picks --to ~/Desktop/picks --keep-folders -r
  shortlist export ~/Pictures/wedding --percent 5 --to ~/Desktop/best \\
      --template "{date}_{counter:04}_{name}" --csv
"""
