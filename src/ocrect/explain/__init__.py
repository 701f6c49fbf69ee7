"""An edit as a picture: the pixels, the readings, what each witness says."""
