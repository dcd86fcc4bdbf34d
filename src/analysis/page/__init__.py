"""Page: what policy staff open, made from the published figures, their CSV and the words beside them."""
