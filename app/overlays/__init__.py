"""What can be drawn over a photo in any view: histogram, warnings, peaking, AF point, thirds.

measure computes on pixels, off the GUI thread; overlays says which are on, keeps the answers
and asks for missing ones; marks is what one canvas has to draw, and draws it.
"""
