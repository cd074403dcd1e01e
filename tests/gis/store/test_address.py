"""Addresses of databases, ours and others'."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from psycopg.conninfo import conninfo_to_dict
from sqlalchemy import make_url

from gis.errors import InvalidInput, StoreUnavailable
from gis.store.address import check_reachable, external, socket_url, sqlalchemy_url

texts = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1)


@given(texts, texts, texts)
def test_libpq_reads_back_what_a_socket_url_says(place: str, role: str, database: str) -> None:
    parts = conninfo_to_dict(socket_url(f"/{place}", port=5432, role=role, database=database))
    assert parts == {"host": f"/{place}", "port": "5432", "user": role, "dbname": database}


def test_sqlalchemy_reads_a_socket_url_as_psycopg_3() -> None:
    url = make_url(sqlalchemy_url(socket_url("/run/a b", port=5432, role="gezhi_owner", database="gezhi")))
    assert url.drivername == "postgresql+psycopg"
    assert url.query == {"host": "/run/a b", "port": "5432"}
    assert (url.username, url.database) == ("gezhi_owner", "gezhi")


def test_a_password_is_never_shown() -> None:
    address = external("postgresql://maps:secret@db.example:5433/city")
    assert "secret" not in repr(address) + str(address) + address.description


def test_the_service_may_have_an_address_of_its_own() -> None:
    address = external("postgresql://owner@db/city", service_url="postgresql://service@db/city")
    assert address.owner_url != address.service_url
    assert external("postgres://owner@db/city").service_url == "postgres://owner@db/city"


@pytest.mark.parametrize("url", ["", "city", "mysql://u:secret@h/d", "postgresql://u:secret@h", "postgresql://%"])
def test_an_address_that_libpq_cannot_use_is_refused_without_repeating_it(url: str) -> None:
    with pytest.raises(InvalidInput, match="postgresql://USER") as caught:
        external(url)
    assert "secret" not in str(caught.value)


def test_a_database_that_does_not_answer_is_said_without_the_password() -> None:
    address = external("postgresql://maps:secret@127.0.0.1:1/city")
    with pytest.raises(StoreUnavailable, match="cannot be reached") as caught:
        check_reachable(address)
    assert caught.value.where == "127.0.0.1:1/city"
    assert "secret" not in f"{caught.value} {caught.value.facts}"
