"""The private cluster's configuration files."""

import re
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from gis.store.configuration import pg_hba_conf, pg_ident_conf, postgresql_conf, tuned_settings

GIB = 1024**3


@given(st.integers(min_value=1, max_value=4096 * GIB))
def test_memory_settings_stay_within_bounds_on_every_machine(memory: int) -> None:
    amounts = {name: int(value[:-2]) for name, value in tuned_settings(memory).items() if value.endswith("MB")}
    assert 64 <= amounts["shared_buffers"] <= 1024
    assert amounts["work_mem"] <= 64
    assert amounts["maintenance_work_mem"] <= 512


def test_nothing_but_the_socket_and_the_kernels_word_lets_anybody_in() -> None:
    rules = [line for line in pg_hba_conf().splitlines() if not line.startswith("#")]
    assert rules == ["local all all peer map=gezhi"]
    text = pg_ident_conf({"root", "postgres"})
    assert re.findall(r'gezhi "(\w+)" gezhi_owner', text) == ["postgres", "root"]


def test_values_with_quotes_and_backslashes_are_quoted_and_overrides_come_last() -> None:
    text = postgresql_conf(
        socket_dir=Path("/a 'b'"), log_dir=Path("/log"), settings={"jit": "on", "x.y": r"it's \ here"}
    )
    assert "unix_socket_directories = '\"/a ''b''\"'" in text
    assert r"x.y = 'it''s \\ here'" in text
    assert text.index("jit = 'off'") < text.index("jit = 'on'")
    assert text.rstrip().endswith("include_if_exists = 'local.conf'")
    assert "listen_addresses = ''" in text
