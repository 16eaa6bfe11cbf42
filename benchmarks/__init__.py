"""What the product promises, measured beside a peer in the same run. Not part of the tests."""
