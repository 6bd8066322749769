"""The report on a whole cohort: everyone's results on a few pages."""
