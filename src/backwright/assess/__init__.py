"""Evidence in, mastery out: the adaptive engine, its questions, their calibration and their checks."""
