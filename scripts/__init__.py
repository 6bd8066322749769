"""Programs that make what the package ships; run from a checkout, never by the grader itself."""
