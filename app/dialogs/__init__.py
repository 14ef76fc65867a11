"""The windows that open beside the main one. None of them is modal: a cull never has to wait."""
