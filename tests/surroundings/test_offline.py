"""No network when results are made: a table, a figure, pages and a notebook on a machine that has none.

An import has none either, in test_anywhere.py.
"""

import socket
import sys
import textwrap

import pytest
from surrounded import DRAWN, ROOT, contents, run, without_network

WALL = without_network()
LOOPBACK_UP = textwrap.dedent("""\
    import fcntl, os, socket, struct, sys
    with socket.socket() as any_socket:  # a kernel is talked to over the machine's own address
        fcntl.ioctl(any_socket, 0x8914, struct.pack("16sh14x", b"lo", 0x49))  # SIOCSIFFLAGS: up, loopback, running
    os.execvp(sys.argv[1], sys.argv[1:])
""")
WRITTEN_TO = {  # by step, below the folder of results
    "estimates/care_trend": "data/processed/estimates/care_trend.parquet",
    f"figures/{DRAWN}.csv": f"figures/{DRAWN}.csv",
    f"figures/{DRAWN}": "figures",
    "pages/index": "figures",
    "pages/country_snapshot": "figures",
    "pages/brief": "figures",
    "pages/captions": "figures",
    "notebooks/01_evidence": "notebooks/01_evidence.ipynb",
}

pytestmark = [
    pytest.mark.validation,
    pytest.mark.skipif(WALL is None, reason="this machine lets nobody take the network away (unshare)"),
]


def offline(*step):
    """Run a step where there is no network."""
    return run(*step, through=(*WALL, sys.executable, "-c", LOOPBACK_UP))


def test_there_is_no_way_out():
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        asks = f"import socket; socket.create_connection(('127.0.0.1', {port}), 2)"
        done = run("--help", first=f"{sys.executable} -c {asks!r}; exit 9", through=WALL)
        assert done.returncode == 9
        assert "refused" in done.stderr or "unreachable" in done.stderr
        socket.create_connection(("127.0.0.1", port), 2).close()  # it was there


def test_only_outlines_want_the_network_and_say_so_in_one_line(tmp_path):
    done = offline("boundaries", "--to", tmp_path / "outlines.geojson")
    assert done.returncode == 1
    assert done.stderr.startswith("boundaries: the outlines could not be downloaded from https://")
    assert done.stderr.count("\n") == 1


def test_tables_figures_pages_and_notebooks_need_none(tmp_path):
    for step, place in WRITTEN_TO.items():
        done = offline(step, "--to", tmp_path / place)
        assert done.returncode == 0, f"{step}: {done.stderr}"
    written = contents(tmp_path)
    assert len(written) > len(WRITTEN_TO)
    assert [file for file, content in written.items() if (ROOT / file).read_bytes() != content] == []
