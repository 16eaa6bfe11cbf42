"""The nouns of Backwright: frozen values and errors that every floor may use. No input or output here."""
