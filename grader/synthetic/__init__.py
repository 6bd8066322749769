"""Made-up submissions: as many, as different and as faulty as those of a real cohort."""
