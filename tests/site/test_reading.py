"""What a reader does: finds out what this is, searches, unfolds, chooses a theme; by keyboard alone."""

import pytest

LESSON = "lessons/02_behavioral_cloning"
FIRST_PAGE = 1_000_000  # bytes, all that it loads included


def press_until(reader, key: str, wanted: str, most: int = 400) -> None:
    """Press a key until the focus is on an element whose text begins in this way."""
    for _ in range(most):
        reader.page.keyboard.press(key)
        if reader.focused().startswith(wanted):
            return
    raise AssertionError(f"nothing with the text {wanted!r} gets the focus")


def test_the_first_page_says_what_the_course_is_for_whom_how_to_start_and_what_it_found(read):
    page = read("index").page
    assert page.locator("h1").inner_text().startswith("What is the role of imitation learning")
    headings = [heading.inner_text() for heading in page.locator("h2").all()]
    assert headings == [
        "You will be able to",
        "Is it for you?",
        "Start",
        "The lessons",
        "What the course has found so far",
    ]
    assert "python3 course.py lab" in page.locator(".start").inner_text()
    page.get_by_role("link", name="The answer", exact=True).first.click()
    assert page.locator("h1").inner_text() == "The answer"
    assert "Demonstrations spare an agent the beginning." in page.locator("article").inner_text()
    assert page.locator(".measured").count() >= 12


def test_the_first_page_with_all_that_it_loads_is_small(read, site):
    reader = read("index")
    reader.page.wait_for_load_state("networkidle")
    files = {
        address.split("#")[0].split("?")[0] for address in reader.requests if address.startswith("file:")
    }
    sizes = [(site / address.removeprefix(site.as_uri() + "/")).stat().st_size for address in files]
    assert len(sizes) >= 5
    assert sum(sizes) < FIRST_PAGE


@pytest.mark.parametrize(
    ("summary", "inside"),
    [
        ("Hint 1: where do I begin?", "The line with log_prob in the CartPole loop"),
        ("Show the solution", "return -log_probs.mean()"),
        ("C · 0.25, the probability of each action", "the negative logarithm of that probability"),
    ],
    ids=["hint", "solution", "answer of a quiz"],
)
def test_what_is_folded_away_unfolds_by_keyboard(read, summary, inside):
    reader = read(LESSON)
    text = reader.page.get_by_text(inside).first
    assert not text.is_visible()
    press_until(reader, "Tab", summary)
    reader.page.keyboard.press("Enter")
    assert text.is_visible()
    reader.page.keyboard.press("Enter")
    assert not text.is_visible()


def test_the_search_finds_a_word_and_leads_to_its_section(read):
    reader = read("index")
    reader.page.get_by_role("searchbox", name="Search").fill("covariate")
    reader.page.keyboard.press("Enter")
    result = reader.page.locator("#search-results a", has_text="When cloning fails").first
    result.wait_for()
    result.click()
    assert "03_when_cloning_fails" in reader.page.url
    assert reader.complaints == []


def test_the_search_finds_a_function_of_the_package(read):
    reader = read("search")
    reader.page.get_by_label("Words that a page must hold").fill("bc_loss")
    reader.page.get_by_role("button", name="Search").click()
    result = reader.page.locator(
        "#search-results a[href*='api/algorithms.html#ilrl_course.algorithms.bc.bc_loss']"
    )
    result.first.wait_for()
    assert result.first.is_visible()


def test_the_first_key_skips_to_the_text(read):
    reader = read(LESSON)
    reader.page.keyboard.press("Tab")
    assert reader.focused() == "Skip to the text"
    reader.page.keyboard.press("Enter")
    assert reader.page.evaluate("document.activeElement.id") == "main"


def test_on_a_phone_the_list_of_pages_opens_and_leads_on_by_keyboard(read):
    reader = read(LESSON, width=360)
    link = reader.page.locator(".pages a", has_text="07 ·")
    assert not link.is_visible()
    press_until(reader, "Tab", "Menu")
    reader.page.keyboard.press("Enter")
    assert link.is_visible()
    press_until(reader, "Tab", "07 ·")
    reader.page.keyboard.press("Enter")
    reader.page.wait_for_url("**/07_ppo.html")
    assert reader.page.locator(".pages [aria-current]").get_attribute("href") == "#"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_theme_is_the_systems_until_another_one_is_chosen(read, scheme):
    reader = read("index")
    reader.page.evaluate("localStorage.clear()")
    reader.page.emulate_media(color_scheme=scheme)
    reader.page.reload()
    other = {"light": "dark", "dark": "light"}[scheme]
    assert reader.theme() == scheme
    reader.page.get_by_role("button", name="Dark", pressed=scheme == "dark").click()
    assert reader.theme() == other
    reader.page.reload()
    assert reader.theme() == other
    reader.page.evaluate("localStorage.clear()")


def test_a_film_can_be_stopped_and_goes_on(read):
    page = read("index").page
    film = page.locator(".film").first
    moving = film.locator("img").evaluate("image => image.currentSrc")
    film.get_by_role("button", name="Pause").click()
    page.wait_for_function("before => document.querySelector('.film img').currentSrc !== before", arg=moving)
    film.get_by_role("button", name="Play").click()
    page.wait_for_function("before => document.querySelector('.film img').currentSrc === before", arg=moving)
    assert film.get_by_role("button", name="Pause").is_visible()


def test_nothing_moves_for_those_who_asked_their_system_for_that(read):
    reader = read("index")
    reader.page.emulate_media(reduced_motion="reduce")
    reader.page.reload()
    reader.page.get_by_role("button", name="Play").first.wait_for()
    assert reader.page.locator(".film img").first.evaluate("image => image.currentSrc").endswith("-still.png")


def test_a_box_that_scrolls_sideways_is_reached_by_the_tab_key(read):
    reader = read(LESSON, width=360)
    boxes = reader.page.locator("main pre:visible")
    wide = [box for box in boxes.all() if box.evaluate("box => box.scrollWidth > box.clientWidth")]
    assert len(wide) > 5
    assert all(box.get_attribute("tabindex") == "0" for box in wide)


def test_the_map_of_prices_answers_by_keyboard_without_a_kernel(read):
    reader = read("prices")
    said = reader.page.locator(".ilrl-map-text")
    said.get_by_text("coins").first.wait_for()
    before = said.inner_text()
    press_until(reader, "Tab", "only recordings")
    reader.page.keyboard.press("Enter")
    reader.page.wait_for_function(
        "before => document.querySelector('.ilrl-map-text').innerText != before", arg=before
    )
    assert "BC" in said.inner_text()
    assert reader.complaints == []
