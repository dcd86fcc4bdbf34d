"""What the recodes of household surveys share: files of Stata and SPSS, coded answers, parents, design, children.

A recode is the file that a survey programme publishes for analysis: the same variables and codes in every country.
"""
