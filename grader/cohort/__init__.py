"""One assignment's submissions graded as a whole: found, scheduled, kept, compared, exported."""
