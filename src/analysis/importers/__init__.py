"""One system's export in, our words out: OSCaR, Primero, the donor workbook, Kobo and facility lists."""

import os

# polars' allocator, told before polars is imported: memory just given back is kept a second longer, in one pool for all
# threads, as the next piece of a file wants as much again. Less time of the system, no more memory.
os.environ.setdefault("_RJEM_MALLOC_CONF", "dirty_decay_ms:1000,narenas:1")
