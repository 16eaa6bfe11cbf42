"""The assessment engine on simulated people, and calibration against published values."""
