"""The tables that an import fills: one contract a module, no code. Columns follow docs/tables.md."""
