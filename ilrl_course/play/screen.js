// The screen of a game: shows pictures, tells Python which keys are down. The game itself lives in Python.

const LABELS = { ArrowLeft: "◀", ArrowRight: "▶", ArrowUp: "▲", ArrowDown: "▼", " ": "Space" };
const NAMES = { ArrowLeft: "left", ArrowRight: "right", ArrowUp: "up", ArrowDown: "down", " ": "space" };
const MAX_READY = 2; // two pictures in one repaint are shown one after the other, more are not
const PATIENCE = 1500; // ms without an answer, after which we say so

function make(tag, parent, properties = {}) {
  const element = Object.assign(document.createElement(tag), properties);
  parent.append(element);
  return element;
}

function render({ model, el }) {
  const keys = [...model.get("buttons"), " "];
  const root = make("div", el, { className: "ilrl-game" });
  root.dataset.lmSuppressShortcuts = "true"; // while we have the focus, keys are ours
  const facts = make("div", root, { className: "ilrl-facts" });
  const screen = make("div", root, { className: "ilrl-screen" });
  const canvas = make("canvas", screen, { width: 600, height: 400 });
  canvas.setAttribute("role", "img");
  canvas.setAttribute("aria-label", "the world, as it looks now");
  const veil = make("div", screen, { className: "ilrl-veil", textContent: "Click here to play" });
  // a real text field takes the focus, so that no shortcut of the notebook fires
  const field = make("input", screen, { className: "ilrl-field", autocomplete: "off", inputMode: "none" });
  field.setAttribute("aria-label", "Game. Arrow keys act, Space goes on, Tab leaves.");
  const text = make("div", root, { className: "ilrl-text" });
  text.setAttribute("aria-live", "polite");
  const row = make("div", root, { className: "ilrl-buttons" });

  let down = []; // the keys that are held, the oldest first
  let number = 0; // of messages about keys
  const ready = []; // pictures, unpacked, that wait for the next repaint of the browser; the oldest first
  let isScheduled = false;
  let painted = 0; // the newest picture on the screen
  let owed = false; // has Python asked for an answer?
  let waiting = null; // a timer: Python owes us an answer

  function say(message) {
    model.send(message);
    if (message.kind !== "painted" && waiting === null)
      waiting = setTimeout(() => {
        text.textContent = "Python does not answer. Is another cell running? If the kernel was restarted, run this cell again.";
      }, PATIENCE);
  }
  function tell(pressed) {
    root.dataset.told = ++number;
    say({ kind: "keys", down, pressed, number });
  }
  function press(key) {
    if (down.includes(key)) return;
    down = [...down, key];
    tell(key);
  }
  function release(key) {
    if (!down.includes(key)) return;
    down = down.filter((other) => other !== key);
    tell(null);
  }

  field.addEventListener("keydown", (event) => {
    if (!keys.includes(event.key) || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    event.stopPropagation();
    if (!event.repeat) press(event.key);
  });
  field.addEventListener("keyup", (event) => {
    event.stopPropagation();
    release(event.key);
  });
  field.addEventListener("input", () => (field.value = ""));
  field.addEventListener("focus", () => root.classList.add("ilrl-awake"));
  field.addEventListener("blur", () => {
    root.classList.remove("ilrl-awake");
    down = [];
    say({ kind: "away" });
  });
  screen.addEventListener("pointerdown", (event) => {
    event.preventDefault(); // else the focus goes elsewhere right away
    field.focus({ preventScroll: true });
  });

  for (const key of keys) {
    const button = make("button", row, { type: "button", textContent: LABELS[key] ?? key });
    button.setAttribute("aria-label", NAMES[key] ?? key);
    button.addEventListener("pointerdown", (event) => {
      event.preventDefault();
      field.focus({ preventScroll: true });
      button.setPointerCapture(event.pointerId);
      press(key);
    });
    for (const end of ["pointerup", "pointercancel", "lostpointercapture"])
      button.addEventListener(end, () => release(key));
  }
  for (const [kind, label, title] of [
    ["again", "Start over", "drop this game and begin it anew"],
    ["discard", "Discard the last", "move the newest recorded game out of the way"],
  ]) {
    const button = make("button", row, { type: "button", textContent: label, title });
    button.addEventListener("click", () => {
      field.focus({ preventScroll: true });
      say({ kind });
    });
  }

  async function onPicture(head, buffers) {
    clearTimeout(waiting);
    waiting = null;
    owed ||= head.asks;
    const image = await createImageBitmap(new Blob([buffers[0]], { type: "image/jpeg" }));
    ready.push({ head, image });
    if (!isScheduled) requestAnimationFrame(paint);
    isScheduled = true;
  }
  function paint() {
    while (ready.length > MAX_READY) ready.shift().image.close(); // we are late: the newest win
    const { head, image } = ready.shift();
    isScheduled = ready.length > 0;
    if (isScheduled) requestAnimationFrame(paint);
    if (head.frame < painted) return image.close(); // overtaken while it was unpacked
    painted = head.frame;
    if (canvas.width !== image.width || canvas.height !== image.height)
      [canvas.width, canvas.height] = [image.width, image.height];
    canvas.getContext("2d").drawImage(image, 0, 0);
    image.close(); // else a thousand pictures wait for the garbage collector
    tellHow(head);
    canvas.dispatchEvent(new CustomEvent("painted", { detail: head, bubbles: true }));
    if (owed) say({ kind: "painted", frame: head.frame });
    owed = false;
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
  say({ kind: "hello" });
  return () => {
    clearTimeout(waiting);
    model.off("msg:custom", onPicture);
  };
}

export default { render };
