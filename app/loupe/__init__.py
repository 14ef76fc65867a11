"""One photo, large, and what all views of single photos are made of.

picture_loader asks the engine for pictures and brings them to the GUI thread, picture_cache
keeps them, subjects knows where to look first, and pictures holds the three for the window.
view_frame owns zoom and place for all that move in step; framing says where on the screen a
picture lies and which part of it must be decoded; picture_canvas draws it and turns the mouse
into zoom and pan; photo_pane adds words and a caption. large_view joins panes in one frame:
loupe_view here, compare and survey in app.compare.
"""
