// Two lines to choose from: shows them, and tells Python which key was pressed. The choices live in Python.

const KEYS = { ArrowLeft: "left", ArrowRight: "right", ArrowDown: "skip", Backspace: "back" };
const PATIENCE = 1500; // ms without an answer, after which we say so

function make(tag, parent, properties = {}) {
  const element = Object.assign(document.createElement(tag), properties);
  parent.append(element);
  return element;
}

function ownKeys(element) {
  element.dataset.lmSuppressShortcuts = "true"; // of the notebook, which acts on the focused element itself
}

function render({ model, el }) {
  const root = make("div", el, { className: "ilrl-choosing" });
  root.setAttribute("role", "group");
  root.setAttribute("aria-label", "Which of two lines is better?");
  const count = make("div", root, { className: "ilrl-count" });
  const pair = make("div", root, { className: "ilrl-pair" });
  // a real text field takes the focus, so that no shortcut of the notebook fires
  const field = make("input", pair, { className: "ilrl-field", autocomplete: "off", inputMode: "none" });
  field.setAttribute("aria-label", "Left and right arrow choose, down skips, Backspace goes back, Tab moves to the buttons.");
  ownKeys(field);
  const sides = { left: addButton(pair, "left", "ilrl-left"), right: addButton(pair, "right", "ilrl-right") };
  make("div", pair, { className: "ilrl-veil", textContent: "Run this cell to choose" });
  const said = make("div", pair, { className: "ilrl-said" });
  said.setAttribute("aria-live", "polite");
  const text = make("div", root, { className: "ilrl-text" });
  text.setAttribute("aria-live", "polite");
  const row = make("div", root, { className: "ilrl-buttons" });
  const others = [
    addButton(row, "skip", "", "▼ Skip", "ask me about another pair first"),
    addButton(row, "back", "", "⌫ Back", "choose once more where you chose last"),
  ];
  others[0].setAttribute("aria-label", "Skip");
  others[1].setAttribute("aria-label", "Back");

  let number = 0; // of the pair that is shown
  let waiting = null; // a timer: Python owes us an answer

  function addButton(parent, kind, className, textContent = "", title = "") {
    const button = make("button", parent, { type: "button", className, textContent, title });
    ownKeys(button);
    button.addEventListener("click", (event) => {
      // a pointer leaves the focus where keys act; a key, or assistive technology, leaves it on the button
      (event.detail ? field : button).focus({ preventScroll: true });
      ask(kind);
    });
    return button;
  }
  function ask(kind) {
    clearTimeout(waiting);
    waiting = setTimeout(() => {
      text.textContent = "Python does not answer. Is another cell running? If the kernel was restarted, run this cell again.";
    }, PATIENCE);
    sides[kind]?.classList.add("ilrl-taken");
    model.send({ kind, number });
  }
  root.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    if (event.repeat && event.key === "Enter") event.preventDefault(); // else it clicks a button again and again
    const kind = KEYS[event.key] ?? KEYS[event.code];
    if (!kind) return;
    event.preventDefault();
    event.stopPropagation();
    if (!event.repeat) ask(kind);
  });
  root.addEventListener("keyup", (event) => event.stopPropagation());
  field.addEventListener("input", () => (field.value = ""));
  pair.addEventListener("pointerdown", takeFocus);
  text.addEventListener("pointerdown", takeFocus);

  function takeFocus(event) {
    event.preventDefault(); // else the focus goes elsewhere right away
    field.focus({ preventScroll: true });
  }
  function show() {
    const news = model.get("news");
    if (!news.answer) return;
    clearTimeout(waiting);
    number = news.number;
    root.dataset.phase = news.phase;
    root.dataset.kept = news.kept;
    root.dataset.number = number;
    count.textContent = `${news.kept} of ${news.wanted} chosen`;
    text.textContent = news.text;
    for (const [side, button] of Object.entries(sides)) {
      button.textContent = news[side];
      button.setAttribute("aria-label", news[side] ? `${side}: ${news[side]}` : `${side}: nothing`);
      button.classList.remove("ilrl-taken");
      button.setAttribute("aria-disabled", news.phase !== "choosing"); // not disabled: that would lose the focus
    }
    said.textContent = news.left || news.right ? `Left: ${news.left}. Right: ${news.right}. ${count.textContent}.` : "";
  }
  model.on("change:news", show);
  show();
  return () => {
    model.off("change:news", show);
    clearTimeout(waiting);
  };
}

export default { render };
