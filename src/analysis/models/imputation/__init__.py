"""Blank answers drawn several times: chained equations that keep the design, Rubin's rules, how many draws suffice."""
