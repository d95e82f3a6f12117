"""The workbook that an accountant continues in: typed rows, live formulas, native charts."""
