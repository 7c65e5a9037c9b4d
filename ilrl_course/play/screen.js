// The screen of a game: shows pictures, tells Python which keys are down. The game itself lives in Python.

const LABELS = { ArrowLeft: "◀", ArrowRight: "▶", ArrowUp: "▲", ArrowDown: "▼", " ": "Space" };
const NAMES = { ArrowLeft: "left", ArrowRight: "right", ArrowUp: "up", ArrowDown: "down", " ": "space" };
const MAX_READY = 2; // two pictures in one repaint are shown one after the other, more are not
const PATIENCE = 1500; // ms without an answer, after which we say so
const TAP = 100; // ms that a button is down at least: one step of Driving, so that a tap acts
const ECHO = 400; // ms after a pointer is lifted: a click then is its own, and no tap

function make(tag, parent, properties = {}) {
  const element = Object.assign(document.createElement(tag), properties);
  parent.append(element);
  return element;
}

function ownKeys(element) {
  element.dataset.lmSuppressShortcuts = "true"; // of the notebook, which acts on the focused element itself
}

// The one of `keys` that an event means: layouts and keypads tell it by `key`, input methods only by `code`.
function keyOf(event, keys) {
  return [event.key, event.code === "Space" ? " " : event.code].find((key) => keys.includes(key));
}

function render({ model, el }) {
  const keys = [...model.get("buttons"), " "];
  const root = make("div", el, { className: "ilrl-game" });
  root.setAttribute("role", "group");
  root.setAttribute("aria-label", "Game");
  const facts = make("div", root, { className: "ilrl-facts" });
  const screen = make("div", root, { className: "ilrl-screen" });
  const canvas = make("canvas", screen, { width: 600, height: 400 });
  canvas.setAttribute("role", "img");
  canvas.setAttribute("aria-label", "the world, as it looks now");
  const veil = make("div", screen, { className: "ilrl-veil", textContent: "Run this cell to play" });
  // a real text field takes the focus, so that no shortcut of the notebook fires
  const field = make("input", screen, { className: "ilrl-field", autocomplete: "off", inputMode: "none" });
  field.setAttribute("aria-label", "Arrow keys act, Space goes on, Tab moves to the buttons.");
  ownKeys(field);
  const text = make("div", root, { className: "ilrl-text" });
  text.setAttribute("aria-live", "polite");
  const row = make("div", root, { className: "ilrl-buttons" });

  // What is held, the oldest first: a key of the keyboard (its code), or one of our buttons; and what it means.
  const held = new Map();
  let number = 0; // of messages about keys
  const ready = []; // pictures, unpacked, that wait for the next repaint of the browser; the oldest first
  let isScheduled = false;
  let newest = 0; // of the pictures that are unpacked
  let asked = 0; // the newest picture that Python wants an answer for
  let answered = 0;
  let waiting = null; // a timer: Python owes us an answer

  function ask(message) {
    waiting ??= setTimeout(() => {
      text.textContent = "Python does not answer. Is another cell running? If the kernel was restarted, run this cell again.";
    }, PATIENCE);
    model.send(message);
  }
  function tell(pressed) {
    root.dataset.told = ++number;
    ask({ kind: "keys", down: [...new Set(held.values())], pressed, number });
  }
  function press(source, key) {
    held.delete(source); // it was lifted, and nobody told us
    held.set(source, key);
    tell(key);
  }
  function release(source) {
    if (held.delete(source)) tell(null);
  }
  function releaseAll() {
    if (held.size === 0) return;
    held.clear();
    tell(null);
  }
  function leave() {
    if (!root.classList.contains("ilrl-awake")) return;
    releaseAll();
    model.send({ kind: "away" });
  }

  root.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return releaseAll(); // in a shortcut, keyup may never come
    if (event.repeat && event.key === "Enter") event.preventDefault(); // else it clicks a button again and again
    const key = keyOf(event, keys);
    if (!key || (key === " " && event.target !== field)) return; // on a button, Space clicks it
    event.preventDefault();
    event.stopPropagation();
    if (!event.repeat) press(event.code || event.key, key);
  });
  root.addEventListener("keyup", (event) => {
    event.stopPropagation();
    release(event.code || event.key);
  });
  root.addEventListener("focusin", () => root.classList.add("ilrl-awake"));
  root.addEventListener("focusout", (event) => {
    if (root.contains(event.relatedTarget)) return;
    leave();
    root.classList.remove("ilrl-awake");
  });
  root.addEventListener("contextmenu", releaseAll);
  const life = new AbortController();
  window.addEventListener("blur", leave, { signal: life.signal });
  document.addEventListener("visibilitychange", leave, { signal: life.signal });
  field.addEventListener("input", () => (field.value = ""));
  screen.addEventListener("pointerdown", takeFocus);

  function takeFocus(event) {
    event.preventDefault(); // else the focus goes elsewhere right away
    field.focus({ preventScroll: true });
  }
  function addButton(properties, onClick) {
    const button = make("button", row, { type: "button", ...properties });
    ownKeys(button);
    button.addEventListener("pointerdown", takeFocus);
    button.addEventListener("click", (event) => {
      if (!root.matches(":focus-within")) button.focus({ preventScroll: true }); // assistive technology clicked it
      onClick(event);
    });
    return button;
  }
  // A pointer holds the key as long as it is down; a click without one, by keyboard or by assistive technology, taps it.
  function addKey(key) {
    let began, timer, pointer;
    let lifted = -Infinity;
    function begin() {
      clearTimeout(timer);
      began = performance.now();
      press(button, key);
    }
    function end() {
      clearTimeout(timer);
      timer = setTimeout(() => release(button), began + TAP - performance.now());
    }
    function lift(event) {
      if (event.pointerId !== pointer) return;
      if (event.type === "pointerup") lifted = event.timeStamp;
      pointer = undefined;
      end();
    }
    const button = addButton({ textContent: LABELS[key] ?? key }, (event) => {
      const isEcho = event.timeStamp - lifted < ECHO;
      lifted = -Infinity;
      if (isEcho) return;
      begin();
      end();
    });
    button.setAttribute("aria-label", NAMES[key] ?? key);
    button.addEventListener("pointerdown", (event) => {
      if (event.button !== 0 || event.ctrlKey) return; // it opens a menu
      pointer = event.pointerId;
      begin();
      button.setPointerCapture(pointer);
    });
    for (const name of ["pointerup", "pointercancel", "lostpointercapture"])
      window.addEventListener(name, lift, { capture: true, signal: life.signal }); // the button may be gone by then
    button.addEventListener("contextmenu", (event) => {
      event.preventDefault(); // a finger that holds the button wants no menu
      event.stopPropagation();
    });
  }
  keys.forEach(addKey);
  for (const [kind, textContent, title] of [
    ["again", "Start over", "drop this game and begin it anew"],
    ["discard", "Discard the last", "move the newest recorded game out of the way"],
  ])
    addButton({ textContent, title }, () => ask({ kind }));

  async function onPicture(head, buffers) {
    clearTimeout(waiting);
    waiting = null;
    if (head.asks) asked = head.frame;
    const image = await createImageBitmap(new Blob([buffers[0]], { type: "image/jpeg" }));
    if (head.frame < newest) return image.close(); // overtaken while it was unpacked
    newest = head.frame;
    ready.push({ head, image });
    if (!isScheduled) requestAnimationFrame(paint);
    isScheduled = true;
  }
  function paint() {
    while (ready.length > MAX_READY) ready.shift().image.close(); // we are late: the newest win
    const { head, image } = ready.shift();
    isScheduled = ready.length > 0;
    if (isScheduled) requestAnimationFrame(paint);
    if (canvas.width !== image.width || canvas.height !== image.height)
      [canvas.width, canvas.height] = [image.width, image.height];
    canvas.getContext("2d").drawImage(image, 0, 0);
    image.close(); // else a thousand pictures wait for the garbage collector
    tellHow(head);
    canvas.dispatchEvent(new CustomEvent("painted", { detail: head, bubbles: true }));
    if (answered >= asked) return;
    answered = head.frame; // it may be older than what is asked: then the next one answers as well
    model.send({ kind: "painted", frame: answered });
  }
  function tellHow(head) {
    head.facts.forEach((fact, i) => ((facts.children[i] ?? make("span", facts)).textContent = fact));
    if (text.textContent !== head.text) text.textContent = head.text;
    root.dataset.phase = head.phase;
    root.dataset.kept = head.kept;
    root.classList.toggle("ilrl-yours", head.person);
    veil.textContent = head.phase === "closed" ? "Closed" : "Click here to play";
  }
  model.on("msg:custom", onPicture);
  model.send({ kind: "hello" });
  return () => {
    model.off("msg:custom", onPicture);
    life.abort();
    leave();
    clearTimeout(waiting);
  };
}

export default { render };
