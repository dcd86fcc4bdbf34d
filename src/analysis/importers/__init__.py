"""One system's export in, our words out: OSCaR, Primero, the donor workbook, Kobo and facility lists."""
