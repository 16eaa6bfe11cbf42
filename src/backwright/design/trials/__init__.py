"""A design tried by simulating: repeated runs, objectives, the smallest fleet, bursts and defences."""
