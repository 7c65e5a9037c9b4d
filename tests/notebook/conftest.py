import pytest

from tests.made_up_elsewhere import recorded_in


@pytest.fixture(scope="module")
def recorded(tmp_path_factory):
    """Made-up records of lesson 11, beside those at home."""
    with recorded_in(tmp_path_factory.mktemp("results")) as folder:
        yield folder


@pytest.fixture
def alone(tmp_path):
    """Made-up records of lesson 11, for a test that changes them."""
    with recorded_in(tmp_path / "results", with_home=False) as folder:
        yield folder
