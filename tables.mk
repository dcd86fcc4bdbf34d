# One line a table or figure, its inputs on the right: the names of the arguments of its build() (a test compares).
# figure: name, inputs of its numbers, inputs of its picture besides those numbers. notebook: name, tables it reads.

$(call table,clean/areas,areas_ruled)
