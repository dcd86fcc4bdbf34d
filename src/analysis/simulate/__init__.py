"""A made-up country with a known truth, and the exports its systems would write."""
