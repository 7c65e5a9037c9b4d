// What a page does: the theme, the list of pages, films that can be stopped, and boxes that scroll by keyboard.
const root = document.documentElement

function showTheme() {
  document.querySelector(".theme").setAttribute("aria-pressed", root.dataset.theme === "dark")
}

function changeTheme() {
  root.dataset.theme = root.dataset.theme === "dark" ? "light" : "dark"
  try {
    localStorage.setItem("theme", root.dataset.theme)
  } catch {} // a browser that keeps nothing
  showTheme()
}

function toggleMenu(button) {
  const isOpen = document.getElementById("pages").classList.toggle("is-open")
  button.setAttribute("aria-expanded", isOpen)
}

function control(film) {
  const button = film.querySelector("button")
  const image = film.querySelector("img")
  const still = film.querySelector("source")
  const moving = image.getAttribute("src")
  let runs = !matchMedia("(prefers-reduced-motion: reduce)").matches
  const show = () => {
    image.src = runs ? moving : still.getAttribute("srcset")
    button.textContent = runs ? "Pause" : "Play"
  }
  still.media = "not all" // from now on the button decides
  button.hidden = false
  button.addEventListener("click", () => {
    runs = !runs
    show()
  })
  show()
}

// A box that is wider than the page is reached by the Tab key, so that the arrow keys can scroll it.
function reach(box) {
  if (box.scrollWidth > box.clientWidth) box.tabIndex = 0
  else box.removeAttribute("tabindex")
}

showTheme()
document.querySelector(".theme").addEventListener("click", changeTheme)
document.querySelector(".menu").addEventListener("click", (event) => toggleMenu(event.currentTarget))
document.querySelectorAll(".film").forEach(control)
const watcher = new ResizeObserver((entries) => entries.forEach((entry) => reach(entry.target)))
document.querySelectorAll("pre, .wide, .formula, .long-formula").forEach((box) => watcher.observe(box))
const contents = document.querySelector(".on-this-page details")
if (contents && matchMedia("(max-width: 79rem)").matches) contents.open = false
