"""What the page promises: requests a second beside a bare application, weight, tails, ten minutes of mixed load."""
