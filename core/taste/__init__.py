"""What one photographer likes: learned from their marks, judged on shoots it has not seen.

Pure functions over arrays; nothing here reads a file, a database or a picture.
"""
