"""The ways to look at the list: grid, loupe, compare, survey.

Each says which photo keys act on, where the arrows lead and where a mark goes on to; viewer
holds their pages and switches between them. comparison and surveying know which photos are
compared and surveyed, by id and without a widget.
"""
