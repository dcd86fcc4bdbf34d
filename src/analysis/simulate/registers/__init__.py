"""Registers that agencies keep in workbooks beside their case systems, with what is true of each row."""
