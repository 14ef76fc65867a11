"""Files that ship with the program: models, icons and translations."""
