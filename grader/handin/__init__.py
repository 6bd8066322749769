"""What a cohort handed in, in the forms that tutors get it: whose it is, and who is missing."""
