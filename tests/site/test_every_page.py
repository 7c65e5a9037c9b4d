"""Every page, in a browser without a network: no error, no barrier, and room enough on a phone."""

import pytest

from course_tools.site.source import page_names
from course_tools.workplace import ROOT
from tests.site.reader import AXE

PAGES = page_names(ROOT)
PHONE, ZOOMED = 360, 640  # pixels: the latter is a window of 1280 at 200 %


def test_the_site_has_these_pages_and_no_others(site):
    found = {path.relative_to(site).as_posix().removesuffix(".html") for path in site.rglob("*.html")}
    assert found == set(PAGES)


@pytest.mark.parametrize("name", PAGES)
def test_a_page_opens_without_an_error_and_asks_for_nothing_outside_its_folder(read, name):
    reader = read(name)
    assert reader.complaints == []
    assert all(address.startswith(("file:", "data:")) for address in reader.requests)


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_never_wider_than_the_screen(read, name):
    reader = read(name, PHONE)
    reader.unfold_all()
    assert reader.width() <= PHONE
    reader.page.set_viewport_size({"width": ZOOMED, "height": 400})
    assert reader.width() <= ZOOMED


@pytest.mark.parametrize("name", PAGES)
def test_a_page_has_no_serious_barrier_in_either_theme(read, axe, name):
    reader = read(name)
    reader.unfold_all()
    reader.page.evaluate(axe)
    assert reader.page.evaluate(AXE, None) == []
    reader.page.locator(".theme").click()
    assert reader.theme() == "dark"
    assert reader.page.evaluate(AXE, ["color-contrast"]) == []
    reader.page.locator(".theme").click()  # the choice is kept for the next page
