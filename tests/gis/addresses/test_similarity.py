"""The index of bigrams finds what comparing with every name finds."""

from hypothesis import given
from hypothesis import strategies as st

from gis.addresses.similarity import BigramIndex, similarity
from tests.gis.addresses.brute import edits, similar_names

words = st.text(alphabet="建设路街江华一二三中山大道村", min_size=1, max_size=6)


@given(st.lists(words, unique=True, max_size=30), words)
def test_the_index_agrees_with_comparing_every_name(names: list[str], text: str) -> None:
    assert BigramIndex(names).similar(text) == similar_names(text, names)


@given(words, words)
def test_similarity_is_one_minus_edits_a_character_and_the_same_both_ways(one: str, other: str) -> None:
    assert similarity(one, other) == 1.0 - edits(one, other) / max(len(one), len(other))
    assert similarity(one, other) == similarity(other, one)
