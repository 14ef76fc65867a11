"""One photo, large: fitted to the window or pixel by pixel, the next ones decoded ahead.

picture_loader asks the engine for pictures and brings them to the GUI thread,
picture_cache keeps them, framing says where on the screen a picture lies, picture_canvas
draws it and turns the mouse into zoom and pan, loupe_view joins them.
"""
