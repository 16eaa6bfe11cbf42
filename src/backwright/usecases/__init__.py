"""One file per verb. Every face offers exactly the verbs in USE_CASES, in this order."""
