// Which plan reaches a wanted score at the lowest cost, computed and painted for a whole map of prices.
//
// A notebook shows it as a widget (the default export). A page without Python puts this text into a script of type
// "module", followed by `mount(element, settings)`, with the settings that ilrl_course/notebook/prices.py makes, and
// price_map.css beside it. ilrl_course/measures/price_map.py computes the same in Python.

export const QUANTITIES = ["demo", "label", "step", "crash", "second"];
const SERIES = [1, 1.25, 1.6, 2, 2.5, 3.15, 4, 5, 6.3, 8]; // ten prices for each factor of ten
const DECADES = [-2, -1, 0, 1, 2].flatMap((power) => SERIES.map((price) => Number(`${price}e${power}`)));
export const SCALE = [0, ...DECADES, 1000, Infinity]; // from free to not to be had; sliders and axes go along it
const NUM_RESAMPLES = 200;
const RANKS = 3; // the places in a resample that matter: both middle ones, and the last one that must arrive
const LEFT_OUT = 5; // resamples at each end of an interval: 95 % are left
const MODULUS = 2 ** 31 - 1; // of Park and Miller's random numbers, as in Python
const MULTIPLIER = 48271;
const SURE = 2 / 3; // a method that wins in fewer resamples is drawn as uncertain
const THINGS = {
  demo: "a demonstration",
  label: "a label",
  step: "1,000 steps",
  crash: "a crash",
  second: "a second of computing",
};
const WANTED_STEP = 5; // points from one position of its slider to the next
const INVITATION = "Click on the map, or press Enter on it, to see the winner at work.";
const FROM_A_KERNEL = {
  waiting: "filming …",
  late: "no film yet. Is another cell running? If the kernel was restarted, run this cell again.",
  failed: "this film failed. ",
};
const PATIENCE = 3000; // ms without a film, after which we say so

// ---- Computing: which plan wins at which prices

// How often each resample draws each seed, (NUM_RESAMPLES, numSeeds); the same draws for all plans.
function drawCounts(numSeeds) {
  const counts = new Uint8Array(NUM_RESAMPLES * numSeeds);
  let state = 1;
  for (let draw = 0; draw < counts.length; draw++) {
    state = (state * MULTIPLIER) % MODULUS;
    const seed = Math.floor((state * numSeeds) / MODULUS);
    counts[draw - (draw % numSeeds) + seed]++;
  }
  return counts;
}

// What each run has spent when it first reaches the wanted score: all that does not depend on prices. Methods that are
// out of reach never arrive.
export function arrivals(record, wanted, outOfReach = []) {
  const numSeeds = record.seeds.length;
  const size = record.runs.length * numSeeds;
  const methods = [...new Set(record.runs.map((run) => run.method))];
  const spent = new Float64Array(size * QUANTITIES.length);
  const hasArrived = new Uint8Array(size);
  record.runs.forEach((run, plan) => {
    if (outOfReach.includes(run.method)) return;
    for (let seed = 0; seed < numSeeds; seed++) {
      const soFar = run.steps[seed];
      const neverActs = !soFar.at(-1);
      // Before its first step a method that will act has not begun: it may be a clone until then.
      const when = run.score[seed].findIndex((score, exam) => score >= wanted && (neverActs || soFar[exam] > 0));
      if (when < 0) continue;
      const [labels, steps, crashes, seconds] = [run.labels, run.steps, run.crashes, run.seconds].map(
        (table) => table[seed][when],
      );
      const place = plan * numSeeds + seed;
      hasArrived[place] = 1;
      spent.set([run.demos, labels, steps / 1000, crashes, seconds], place * QUANTITIES.length);
    }
  });
  return {
    methods,
    methodOf: record.runs.map((run) => methods.indexOf(run.method)),
    numSeeds,
    spent, // (plans, seeds, quantities)
    hasArrived, // (plans, seeds)
    counts: drawCounts(numSeeds),
    // What the newest prices make of it:
    costs: new Float64Array(size), // (plans, seeds)
    order: Uint16Array.from({ length: size }, (_, place) => place), // each plan's places, the cheapest first
    numPaid: new Uint16Array(record.runs.length), // of each plan's seeds: those with a finite cost
    medians: new Float64Array(record.runs.length), // infinity if too few seeds arrive
    ranks: new Uint16Array(record.runs.length * NUM_RESAMPLES * RANKS), // the places that decide each resample
    isStale: new Uint8Array(record.runs.length).fill(1), // the plan's order has changed since its ranks were found
  };
}

// Cost, order and median of every plan at these prices; returns the cheapest plan, or -1.
function ask(arrived, prices) {
  const { numSeeds, spent, hasArrived, costs, order, numPaid, medians, isStale } = arrived;
  const width = QUANTITIES.length;
  const each = Float64Array.from(QUANTITIES, (name) => prices[name]);
  let best = -1;
  for (let plan = 0; plan < medians.length; plan++) {
    const [first, end] = [plan * numSeeds, (plan + 1) * numSeeds];
    numPaid[plan] = 0;
    for (let place = first; place < end; place++) {
      let cost = hasArrived[place] ? 0 : Infinity;
      for (let what = 0; what < width; what++) {
        const amount = spent[place * width + what];
        if (amount !== 0) cost += each[what] * amount; // nothing of it costs nothing, whatever its price
      }
      costs[place] = cost;
      if (cost < Infinity) numPaid[plan]++;
    }
    if (sortPart(order, costs, first, end)) isStale[plan] = 1;
    const [lower, upper] = [order[first + ((numSeeds - 1) >> 1)], order[first + (numSeeds >> 1)]];
    medians[plan] = 5 * numPaid[plan] >= 4 * numSeeds ? (costs[lower] + costs[upper]) / 2 : Infinity;
    if (medians[plan] < Infinity && (best < 0 || medians[plan] < medians[best])) best = plan;
  }
  return best;
}

// By insertion: at the next prices the order has hardly changed. Returns whether it has changed at all.
function sortPart(order, costs, first, end) {
  let hasChanged = false;
  for (let i = first + 1; i < end; i++) {
    const place = order[i];
    let j = i;
    for (; j > first && costs[order[j - 1]] > costs[place]; j--) order[j] = order[j - 1];
    order[j] = place;
    if (j < i) hasChanged = true;
  }
  return hasChanged;
}

// Find the places that matter in each resample of a plan. They depend on prices only by the order of costs, which is
// the same for many neighbors on the map.
function findRanks({ numSeeds, counts, order, ranks, isStale }, plan) {
  const first = plan * numSeeds;
  const needed = [(numSeeds + 1) >> 1, (numSeeds >> 1) + 1, Math.ceil((4 * numSeeds) / 5)];
  for (let resample = 0; resample < NUM_RESAMPLES; resample++) {
    const shift = resample * numSeeds - first;
    let [next, drawn] = [first, 0];
    for (let rank = 0; rank < RANKS; rank++) {
      while (drawn < needed[rank]) drawn += counts[shift + order[next++]];
      ranks[(plan * NUM_RESAMPLES + resample) * RANKS + rank] = order[next - 1];
    }
  }
  isStale[plan] = 0;
}

// The median cost of a plan in a resample, whether or not enough of its seeds arrive.
function medianIn({ costs, ranks }, plan, resample) {
  const at = (plan * NUM_RESAMPLES + resample) * RANKS;
  return (costs[ranks[at]] + costs[ranks[at + 1]]) / 2;
}
function arrivesIn({ costs, ranks }, plan, resample) {
  return costs[ranks[(plan * NUM_RESAMPLES + resample) * RANKS + 2]] < Infinity;
}

// The share of resamples in which the winner's method wins; if there is no winner, those in which nobody does.
function shareOf(arrived, winner) {
  const { numSeeds, methodOf, costs, order, numPaid, isStale } = arrived;
  const least = (plan) => costs[order[plan * numSeeds]];
  let bound = Infinity; // a plan that always costs more never wins
  for (let plan = 0; plan < methodOf.length; plan++)
    if (numPaid[plan] === numSeeds) bound = Math.min(bound, costs[order[(plan + 1) * numSeeds - 1]]);
  const rivals = [];
  for (let plan = 0; plan < methodOf.length; plan++)
    if (numPaid[plan] > 0 && least(plan) <= bound) rivals.push(plan);
  const wanted = winner < 0 ? -1 : methodOf[winner];
  if ((bound < Infinity || wanted < 0) && rivals.every((plan) => methodOf[plan] === wanted)) return 1;
  rivals.sort((a, b) => least(a) - least(b));
  for (const plan of rivals) if (isStale[plan]) findRanks(arrived, plan);
  let wins = 0;
  for (let resample = 0; resample < NUM_RESAMPLES; resample++) {
    let [best, cost] = [-1, Infinity];
    for (const plan of rivals) {
      if (least(plan) > cost) break;
      const bid = medianIn(arrived, plan, resample);
      const isBetter = bid < cost || (bid === cost && plan < best); // in a tie the first wins
      if (isBetter && arrivesIn(arrived, plan, resample)) [best, cost] = [plan, bid];
    }
    if ((best < 0 ? -1 : methodOf[best]) === wanted) wins++;
  }
  return wins / NUM_RESAMPLES;
}

// The cheapest plan at these prices, how sure that is, and the cheapest plan of any other method; plans are positions
// in the record's runs, null where there is none.
export function cheapest(arrived, prices) {
  const { methodOf, medians } = arrived;
  const best = ask(arrived, prices);
  const share = shareOf(arrived, best);
  if (best < 0) return { plan: null, cost: Infinity, interval: [Infinity, Infinity], share, runnerUp: null };
  findRanks(arrived, best);
  const bids = Float64Array.from({ length: NUM_RESAMPLES }, (_, resample) => medianIn(arrived, best, resample)).sort();
  let runnerUp = null;
  medians.forEach((cost, plan) => {
    if (methodOf[plan] === methodOf[best] || cost === Infinity) return;
    if (runnerUp === null || cost < medians[runnerUp]) runnerUp = plan;
  });
  const interval = [bids[LEFT_OUT], bids[NUM_RESAMPLES - 1 - LEFT_OUT]];
  return { plan: best, cost: medians[best], interval, share, runnerUp, runnerUpCost: medians[runnerUp] };
}

// The winners over all pairs of two prices on the scale: cell `row * SCALE.length + column`, the row from below.
export function chart(arrived, prices, [across, up]) {
  const size = SCALE.length ** 2;
  const [method, share] = [new Int8Array(size), new Float64Array(size)];
  const at = { ...prices };
  for (let cell = 0; cell < size; cell++) {
    at[across] = SCALE[cell % SCALE.length];
    at[up] = SCALE[Math.floor(cell / SCALE.length)];
    const best = ask(arrived, at);
    method[cell] = best < 0 ? -1 : arrived.methodOf[best];
    share[cell] = shareOf(arrived, best);
  }
  return { method, share };
}

// ---- Painting

const MARGIN = { left: 46, right: 4, top: 4, bottom: 26 }; // px around the cells
const GAP = 4; // px that set apart what is free, and what is not to be had
const STRIPE = 7; // px from one stripe to the next, where the winner is uncertain
const LEADING = 1.3; // from line to line, in sizes of type
const FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', sans-serif";
const OTHERS = ["#6a51a3", "#a6761d", "#4d4d4d"]; // of methods without a color of their own

// Where the cells lie on a canvas of this width: their size, and the left or lower edge of the n-th.
function layout(width) {
  const last = SCALE.length - 1;
  const size = (width - MARGIN.left - MARGIN.right - 2 * GAP) / SCALE.length;
  const offset = (n) => n * size + (n > 0 ? GAP : 0) + (n === last ? GAP : 0);
  const bottom = MARGIN.top + offset(last) + size;
  const [x, y] = [(n) => MARGIN.left + offset(n), (n) => bottom - offset(n)];
  return { size, height: bottom + MARGIN.bottom, bottom, x, y };
}

// The cell (column, row) at a place in the canvas.
function cellAt(width, x, y) {
  const place = layout(width);
  const nearest = (edge, sign, at) => {
    const distance = (n) => Math.abs(edge(n) + (sign * place.size) / 2 - at);
    return SCALE.reduce((best, _, n) => (distance(n) < distance(best) ? n : best), 0);
  };
  return [nearest(place.x, 1, x), nearest(place.y, -1, y)];
}

// The map on a canvas. `look` has the width in px, a color for each method, and ink, paper and faint; `selected` is a
// cell (column, row).
export function paint(canvas, map, methods, look, selected) {
  const place = layout(look.width);
  const ratio = window.devicePixelRatio || 1;
  canvas.width = Math.round(look.width * ratio);
  canvas.height = Math.round(place.height * ratio);
  canvas.style.height = `${place.height}px`;
  const pen = canvas.getContext("2d");
  pen.scale(ratio, ratio);
  paintCells(pen, map, look, place, ratio);
  paintBorders(pen, map, look, place);
  for (const region of regions(map)) paintLabel(pen, region, map, methods, look, place);
  paintAxes(pen, look, place);
  paintSelected(pen, look, place, selected);
}

function paintCells(pen, { method, share }, look, place, ratio) {
  const snap = (at) => Math.round(at * ratio) / ratio; // no seams between cells
  const colors = [...look.colors, look.faint]; // the last one where no method gets there
  const stripes = colors.map((color) => stripesOf(pen, color, ratio));
  for (let cell = 0; cell < method.length; cell++) {
    const [column, row] = [cell % SCALE.length, Math.floor(cell / SCALE.length)];
    const [left, bottom] = [snap(place.x(column)), snap(place.y(row))];
    const box = [left, bottom, snap(place.x(column) + place.size) - left, snap(place.y(row) - place.size) - bottom];
    const own = method[cell] < 0 ? look.colors.length : method[cell];
    const isSure = share[cell] >= SURE;
    pen.fillStyle = colors[own];
    pen.globalAlpha = isSure ? 1 : 0.28;
    pen.fillRect(...box);
    pen.globalAlpha = 1;
    if (isSure) continue;
    pen.fillStyle = stripes[own];
    pen.fillRect(...box);
  }
}

// Falling stripes, since most borders rise: where two costs are equal, one price is a multiple of the other.
function stripesOf(pen, color, ratio) {
  const size = Math.round(STRIPE * ratio);
  const tile = Object.assign(document.createElement("canvas"), { width: size, height: size });
  const brush = tile.getContext("2d");
  brush.strokeStyle = color;
  brush.lineWidth = size / 3.5;
  for (const shift of [-size, 0, size]) {
    brush.moveTo(shift - 1, -1);
    brush.lineTo(shift + size + 1, size + 1);
  }
  brush.stroke();
  const pattern = pen.createPattern(tile, "repeat");
  pattern.setTransform(new DOMMatrix().scale(1 / ratio));
  return pattern;
}

// A line wherever two neighbors have different winners.
function paintBorders(pen, { method }, look, place) {
  const size = SCALE.length;
  pen.strokeStyle = look.paper;
  pen.lineWidth = 2;
  pen.beginPath();
  method.forEach((own, cell) => {
    const [column, row] = [cell % size, Math.floor(cell / size)];
    const [left, bottom] = [place.x(column), place.y(row)];
    if (column + 1 < size && method[cell + 1] !== own) {
      pen.moveTo(left + place.size, bottom);
      pen.lineTo(left + place.size, bottom - place.size);
    }
    if (row + 1 < size && method[cell + size] !== own) {
      pen.moveTo(left, bottom - place.size);
      pen.lineTo(left + place.size, bottom - place.size);
    }
  });
  pen.stroke();
}

// The cells of each region: neighbors with the same winner. What is free or not to be had is at the edge, and left out.
function regions({ method }) {
  const size = SCALE.length;
  const isInside = (cell) => [cell % size, Math.floor(cell / size)].every((n) => n > 0 && n < size - 1);
  const isSeen = Uint8Array.from(method, (_, cell) => !isInside(cell));
  const found = [];
  for (let start = 0; start < method.length; start++) {
    if (isSeen[start]) continue;
    isSeen[start] = 1;
    const cells = [start];
    for (const cell of cells)
      for (const next of [cell - 1, cell + 1, cell - size, cell + size])
        if (!isSeen[next] && method[next] === method[start]) {
          isSeen[next] = 1;
          cells.push(next);
        }
    found.push(cells);
  }
  return found;
}

// The method's name in its region, in the largest type that fits; where none does, only the legend says it.
function paintLabel(pen, cells, { method, share }, methods, look, place) {
  const own = method[cells[0]];
  const sure = cells.filter((cell) => share[cell] >= SURE);
  const label = fit(pen, own < 0 ? "no method gets there" : methods[own], sure, cells, place);
  if (label === null) return;
  const x = MARGIN.left + GAP + label.middle[0] * place.size;
  const y = place.bottom - GAP - label.middle[1] * place.size;
  pen.font = fontOf(label.type);
  pen.textAlign = "center";
  pen.textBaseline = "middle";
  pen.fillStyle = own >= 0 && label.isSure ? inkOn(look.colors[own]) : look.ink;
  pen.lineWidth = 4;
  pen.strokeStyle = look.paper;
  label.lines.forEach((line, n) => {
    const at = [line, x, y + (n - (label.lines.length - 1) / 2) * LEADING * label.type];
    if (!label.isSure) pen.strokeText(...at);
    pen.fillText(...at);
  });
}

function fontOf(type) {
  return `600 ${type}px ${FONT}`;
}

// Type, lines and place of a name, among the sure cells if there is room; or null.
function fit(pen, name, sure, cells, place) {
  const spaces = [...name.matchAll(" ")].map(({ index }) => index);
  const layouts = [[name], ...spaces.map((index) => [name.slice(0, index), name.slice(index + 1)])];
  for (const candidates of [sure, cells])
    for (const type of [17, 15, 13])
      for (const lines of layouts) {
        pen.font = fontOf(type);
        const width = Math.max(...lines.map((line) => pen.measureText(line).width)) + 8;
        const box = [width, LEADING * type * lines.length].map((length) => Math.ceil(length / place.size));
        const middle = roomFor(candidates, box);
        if (middle !== null) return { type, lines, middle, isSure: candidates === sure };
      }
  return null;
}

// The middle, in cells, of a box of so many cells that lies within the given ones, as near to their middle as it can.
function roomFor(cells, [width, height]) {
  const size = SCALE.length;
  const sums = new Int32Array((size + 1) ** 2); // of cells to the left and below
  for (const cell of cells) sums[cell + Math.floor(cell / size) + size + 2] = 1;
  for (let row = 1; row <= size; row++)
    for (let column = 1; column <= size; column++) {
      const at = row * (size + 1) + column;
      sums[at] += sums[at - 1] + sums[at - size - 1] - sums[at - size - 2];
    }
  const mean = (of) => cells.reduce((sum, cell) => sum + of(cell) + 0.5, 0) / cells.length;
  const [x, y] = [mean((cell) => cell % size), mean((cell) => Math.floor(cell / size))];
  let [best, distance] = [null, Infinity];
  for (let row = 0; row + height <= size; row++)
    for (let column = 0; column + width <= size; column++) {
      const [low, high] = [row * (size + 1) + column, (row + height) * (size + 1) + column];
      if (sums[high + width] - sums[high] - sums[low + width] + sums[low] < width * height) continue;
      const middle = [column + width / 2, row + height / 2];
      const off = Math.hypot(middle[0] - x, middle[1] - y);
      if (off < distance) [best, distance] = [middle, off];
    }
  return best;
}

// Black or white, whichever stands out more against a color such as "#0072B2" (WCAG 2.1).
function inkOn(color) {
  const parts = [1, 3, 5].map((at) => parseInt(color.slice(at, at + 2), 16) / 255);
  const [red, green, blue] = parts.map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.179 ? "#111111" : "#ffffff";
}

function paintAxes(pen, look, place) {
  pen.fillStyle = look.ink;
  pen.font = `13px ${FONT}`;
  const ticks = { 0: "free", 0.1: "0.1", 1: "1", 10: "10", 100: "100", Infinity: "∞" };
  SCALE.forEach((price, n) => {
    if (!(price in ticks)) return;
    const middle = place.size / 2;
    pen.textAlign = price === 0 ? "left" : "center";
    pen.textBaseline = "top";
    pen.fillText(ticks[price], price === 0 ? place.x(n) : place.x(n) + middle, place.bottom + 8);
    pen.textAlign = "right";
    pen.textBaseline = "middle";
    pen.fillText(ticks[price], MARGIN.left - 9, place.y(n) - middle);
    pen.fillRect(place.x(n) + middle - 0.5, place.bottom + 2, 1, 4);
    pen.fillRect(MARGIN.left - 6, place.y(n) - middle - 0.5, 4, 1);
  });
}

// The chosen prices: a ring, and lines to both axes.
function paintSelected(pen, look, place, [column, row]) {
  const [x, y] = [place.x(column) + place.size / 2, place.y(row) - place.size / 2];
  const radius = Math.max(5, 0.8 * place.size);
  for (const [color, width] of [[look.paper, 3.5], [look.ink, 1.5]]) {
    pen.strokeStyle = color;
    pen.lineWidth = width;
    pen.beginPath();
    pen.moveTo(MARGIN.left, y);
    pen.lineTo(x - radius, y);
    pen.moveTo(x, y + radius);
    pen.lineTo(x, place.bottom);
    pen.moveTo(x + radius, y);
    pen.arc(x, y, radius, 0, 2 * Math.PI);
    pen.stroke();
  }
}

// ---- Words

function short(value) {
  return value.toLocaleString("en", { maximumSignificantDigits: 3 });
}
function coins(value) {
  if (value === 0) return "free";
  return value === Infinity ? "not to be had" : `${short(value)} ${value === 1 ? "coin" : "coins"}`;
}
function planName({ method, demos }) {
  return demos ? `${method} from ${demos} demonstration${demos === 1 ? "" : "s"}` : method;
}

// What the chosen prices come to: who wins, and the rest of the sentence.
function verdict(record, found, goal) {
  if (found.plan === null) {
    const some = found.share < 1 ? ` In ${Math.round(100 - 100 * found.share)} % of the resamples one does.` : "";
    return ["No method gets there:", ` at these prices, none reaches ${goal} reliably.${some}`];
  }
  const [low, high] = found.interval.map((cost) => (cost === Infinity ? "∞" : short(cost)));
  const interval = low === high ? "" : ` (95 % interval: ${low} to ${high})`;
  const cost = found.cost === 0 ? "for free" : `for ${coins(found.cost)}${interval}`;
  const share = `${Math.round(100 * found.share)} % of the resamples`;
  const isSure = found.share >= SURE;
  const sure = isSure ? `The method wins in ${share}.` : `Too close to call: the method wins in only ${share}.`;
  const second =
    found.runnerUp === null
      ? "No other method gets there."
      : `Runner-up: ${planName(record.runs[found.runnerUp])}, ${coins(found.runnerUpCost)}.`;
  return [`Cheapest: ${planName(record.runs[found.plan])}`, ` reaches ${goal} ${cost}. ${sure} ${second}`];
}

// The map in words, for those who cannot see it.
function description(map, methods, hasFilms) {
  const share = (of) => Math.round((100 * map.method.filter(of).length) / map.method.length);
  const parts = methods
    .map((name, n) => [share((own) => own === n), `${name} on ${share((own) => own === n)} %`])
    .filter(([percent]) => percent > 0)
    .sort(([a], [b]) => b - a)
    .map(([, text]) => text);
  const unsure = Math.round((100 * map.share.filter((value) => value < SURE).length) / map.share.length);
  return (
    `Map of two prices. Cheapest method: ${parts.join(", ") || "none"}. Too close to call: ${unsure} %. ` +
    `Arrow keys change the two prices${hasFilms ? ", Enter shows the winner at work" : ""}.`
  );
}

// ---- Controls

function make(tag, parent, properties = {}, attributes = {}) {
  const element = Object.assign(document.createElement(tag), properties);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  if (element.matches("button, input, select, canvas")) element.dataset.lmSuppressShortcuts = "true"; // of JupyterLab
  parent.append(element);
  return element;
}

function makeButtons(parent, label, names, onChoose) {
  const row = make("div", parent, { className: "ilrl-map-row" }, { role: "group", "aria-label": label });
  make("span", row, { className: "ilrl-map-name", textContent: label }, { "aria-hidden": "true" });
  const buttons = names.map((textContent) => {
    const button = make("button", row, { type: "button", textContent });
    button.addEventListener("click", () => onChoose(textContent));
    return button;
  });
  return (chosen) => buttons.forEach((b) => b.setAttribute("aria-pressed", String(b.textContent === chosen)));
}

// Buttons that stay down, and come up again; returns a function that shows which are up.
function makeSwitches(parent, label, names, onSwitch) {
  const row = make("div", parent, { className: "ilrl-map-row" }, { role: "group", "aria-label": label });
  make("span", row, { className: "ilrl-map-name", textContent: label }, { "aria-hidden": "true" });
  const buttons = names.map((textContent) => make("button", row, { type: "button", textContent }));
  buttons.forEach((button) => button.addEventListener("click", () => onSwitch(button.textContent)));
  return (up) => buttons.forEach((b) => b.setAttribute("aria-pressed", String(!up.includes(b.textContent))));
}

function makeSlider(parent, label, name, onMove) {
  const row = make("label", parent, { className: "ilrl-map-slider" });
  make("span", row, { textContent: label });
  const mark = make("span", row, { className: "ilrl-map-along" }, { "aria-hidden": "true" });
  const value = make("output", row);
  const input = make("input", row, { type: "range", min: 0, step: 1 }, { "aria-label": name });
  input.addEventListener("input", () => onMove(Number(input.value)));
  return (position, max, text, along = "") => {
    Object.assign(input, { max, value: position });
    input.setAttribute("aria-valuetext", text);
    [value.textContent, mark.textContent] = [text, along];
  };
}

function makeSelect(parent, label, arrow, onChoose) {
  const row = make("label", parent, { className: "ilrl-map-axis" });
  make("span", row, { textContent: arrow === "↑" ? "↑ price of" : "price of" });
  const select = make("select", row, {}, { "aria-label": `price on the ${label}` });
  for (const name of QUANTITIES) make("option", select, { value: name, textContent: THINGS[name] });
  if (arrow === "→") make("span", row, { textContent: arrow });
  select.addEventListener("change", () => onChoose(select.value));
  return select;
}

// What the user has chosen; prices are positions on the scale.
class Choice {
  constructor({ records, presets, assets }) {
    this.presets = new Map(
      Object.entries(presets).map(([name, prices]) => [name, QUANTITIES.map((what) => positionOf(prices[what]))]),
    );
    this.world = Object.keys(records)[0];
    this.assets = assets; // what one may have -> the methods that need it
    this.missing = []; // of these
    this.wanted = 90;
    this.positions = [...this.presets.values()][0];
    this.axes = ["demo", "step"];
  }
  get prices() {
    return Object.fromEntries(QUANTITIES.map((name, n) => [name, SCALE[this.positions[n]]]));
  }
  get preset() {
    return [...this.presets].find(([, positions]) => String(positions) === String(this.positions))?.[0];
  }
  get outOfReach() {
    return this.missing.flatMap((asset) => this.assets[asset]);
  }
  get cell() {
    return this.axes.map((name) => this.positions[QUANTITIES.indexOf(name)]);
  }
  set cell(cell) {
    this.axes.forEach((name, n) => (this.positions = this.with(name, cell[n])));
  }
  // The positions with another one for this price.
  with(name, position) {
    const inside = Math.max(0, Math.min(SCALE.length - 1, position));
    return this.positions.map((old, n) => (QUANTITIES[n] === name ? inside : old));
  }
  // An axis gets another price; if the other axis has it already, they change places.
  setAxis(n, name) {
    if (this.axes[1 - n] === name) this.axes[1 - n] = this.axes[n];
    this.axes[n] = name;
  }
}

function positionOf(price) {
  if (price === null) return SCALE.length - 1;
  const distance = (n) => Math.abs(SCALE[n] - price);
  return SCALE.reduce((best, _, n) => (distance(n) < distance(best) ? n : best), 0);
}

class PriceMap {
  constructor(el, settings, askFilm, words) {
    this.records = settings.records;
    this.colors = settings.colors;
    this.choice = new Choice(settings);
    this.known = []; // what the map was computed for
    this.root = make("div", el, { className: "ilrl-map" }, { role: "group", "aria-label": "The cheapest method" });
    const [worlds, presets] = [Object.keys(this.records), [...this.choice.presets.keys()]];
    this.showWorld = makeButtons(this.root, "World", worlds, (name) => this.change({ world: name }));
    this.showPreset = makeButtons(this.root, "Prices of", presets, (name) =>
      this.change({ positions: this.choice.presets.get(name) }),
    );
    this.showAssets = makeSwitches(this.root, "You have", Object.keys(settings.assets), (name) => {
      const missing = this.choice.missing.filter((asset) => asset !== name);
      this.change({ missing: missing.length < this.choice.missing.length ? missing : [...missing, name] });
    });
    const body = make("div", this.root, { className: "ilrl-map-body" });
    this.makePlot(make("div", body, { className: "ilrl-map-plot" }));
    this.film = askFilm && makeFilm(body, askFilm, words);
    this.makeSliders(make("div", body, { className: "ilrl-map-sliders" }));
    this.watch();
  }

  makePlot(plot) {
    this.up = makeSelect(plot, "vertical axis", "↑", (name) => this.change({ axis: [1, name] }));
    this.canvas = make("canvas", plot, { tabIndex: 0 }, { role: "application" });
    this.across = makeSelect(plot, "horizontal axis", "→", (name) => this.change({ axis: [0, name] }));
    this.across.parentElement.classList.add("ilrl-map-across");
    const text = make("p", plot, { className: "ilrl-map-text" }, { "aria-live": "polite", "aria-atomic": "true" });
    [this.lead, this.rest] = ["strong", "span"].map((tag) => make(tag, text));
    this.legend = make("ul", plot, { className: "ilrl-map-legend" }, { "aria-label": "Legend" });
    this.canvas.addEventListener("click", ({ offsetX, offsetY }) => {
      this.choice.cell = cellAt(this.canvas.clientWidth, offsetX, offsetY);
      this.showFilm();
    });
    this.canvas.addEventListener("keydown", (event) => this.onKey(event));
  }

  makeSliders(box) {
    this.showWanted = makeSlider(box, "wanted score", "wanted score", (n) => this.change({ wanted: WANTED_STEP * n }));
    make("p", box, { className: "ilrl-map-note", textContent: "0 is chance, 100 is the expert" });
    make("p", box, { className: "ilrl-map-name", textContent: "the price of" });
    make("p", box, { className: "ilrl-map-note", textContent: "in coins; ∞ is not to be had" });
    this.showPrices = QUANTITIES.map((name) =>
      makeSlider(box, THINGS[name], `price of ${THINGS[name]}`, (n) =>
        this.change({ positions: this.choice.with(name, n) }),
      ),
    );
  }

  // What may change the look, without anybody touching the map.
  watch() {
    this.resized = new ResizeObserver(() => this.change({}));
    this.resized.observe(this.canvas);
    this.recolored = new MutationObserver(() => this.change({}));
    const attributeFilter = ["class", "data-theme", "data-jp-theme-name"];
    for (const page of [document.documentElement, document.body])
      this.recolored.observe(page, { attributes: true, attributeFilter });
  }

  end() {
    this.resized.disconnect();
    this.recolored.disconnect();
    this.root.remove();
  }

  onKey(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const move = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key];
    if (!move && event.key !== "Enter") return;
    event.preventDefault();
    event.stopPropagation();
    if (!move) return this.showFilm();
    this.choice.cell = this.choice.cell.map((n, axis) => n + move[axis]);
    this.change({});
  }

  // Choose something, and show it with the next repaint of the browser.
  change({ axis, ...chosen }) {
    if (axis) this.choice.setAxis(...axis);
    Object.assign(this.choice, chosen);
    if (!this.isScheduled) requestAnimationFrame(() => this.update());
    this.isScheduled = true;
  }

  update() {
    this.isScheduled = false;
    if (!this.canvas.clientWidth) return; // it is not seen yet, or no longer
    const start = performance.now();
    this.compute();
    const methods = this.arrived.methods;
    const look = lookOf(this.root, this.canvas.clientWidth, methods, this.colors);
    paint(this.canvas, this.map, methods, look, this.choice.cell);
    this.canvas.setAttribute("aria-label", description(this.map, methods, this.film !== null));
    fillLegend(this.legend, this.map, methods, look, this.choice.outOfReach);
    const goal = `a score of ${this.choice.wanted} in ${this.choice.world}`;
    [this.lead.textContent, this.rest.textContent] = verdict(this.record, this.found, goal);
    this.showControls();
    this.root.dataset.took = performance.now() - start; // ms
  }

  // The map is computed anew unless only the two prices along its axes have changed: it does not depend on them.
  compute() {
    const { choice } = this;
    this.record = this.records[choice.world];
    const most = WANTED_STEP * Math.max(100 / WANTED_STEP, Math.floor(highest(this.record) / WANTED_STEP));
    choice.wanted = Math.min(choice.wanted, most);
    const others = QUANTITIES.map((name, n) => (choice.axes.includes(name) ? "" : choice.positions[n]));
    const needed = [`${choice.world} ${choice.wanted} ${choice.missing}`, `${choice.axes} ${others}`];
    if (needed[0] !== this.known[0]) this.arrived = arrivals(this.record, choice.wanted, choice.outOfReach);
    if (String(needed) !== String(this.known)) this.map = chart(this.arrived, choice.prices, choice.axes);
    this.known = needed;
    this.found = cheapest(this.arrived, choice.prices);
    this.most = most;
  }

  showControls() {
    const { choice } = this;
    this.showWorld(choice.world);
    this.showPreset(choice.preset);
    this.showAssets(choice.missing);
    this.showWanted(choice.wanted / WANTED_STEP, this.most / WANTED_STEP, String(choice.wanted));
    choice.positions.forEach((position, n) => {
      const along = ["→", "↑"][choice.axes.indexOf(QUANTITIES[n])] ?? "";
      this.showPrices[n](position, SCALE.length - 1, coins(SCALE[position]), along);
    });
    [this.across.value, this.up.value] = choice.axes;
  }

  showFilm() {
    this.update();
    if (this.film && this.found.plan !== null)
      this.film(this.choice.world, this.found.plan, planName(this.record.runs[this.found.plan]));
  }
}

function highest(record) {
  return Math.max(...record.runs.flatMap((run) => run.score.flat()));
}

// Sizes and colors as the page has them now, light or dark.
function lookOf(root, width, methods, colors) {
  const { color, backgroundColor, borderTopColor } = getComputedStyle(root);
  const free = [...OTHERS];
  const own = methods.map((name) => colors[name] ?? free.shift() ?? OTHERS[0]);
  return { width, colors: own, ink: color, paper: backgroundColor, faint: borderTopColor };
}

function fillLegend(list, { method, share }, methods, look, outOfReach) {
  list.replaceChildren();
  const add = (text, color, kind = "") => {
    const item = make("li", list, { textContent: text });
    const swatch = make("span", item, { className: `ilrl-map-swatch ${kind}` }, { "aria-hidden": "true" });
    swatch.style.setProperty("--own", color);
    item.prepend(swatch);
  };
  methods.forEach((name, n) => method.includes(n) && add(name, look.colors[n]));
  if (method.includes(-1)) add("no method gets there", look.faint);
  const unsure = "too close to call: the winner wins in fewer than 2 of 3 resamples";
  if (share.some((value) => value < SURE)) add(unsure, look.ink, "ilrl-map-striped");
  const never = methods.filter((name, n) => !method.includes(n) && !outOfReach.includes(name));
  if (never.length) make("li", list, { textContent: `cheapest nowhere on this map: ${never.join(" · ")}` });
}

// A place for films, which move unless the reader has asked the system for stillness, and stop at a button. Returns a
// function that shows the film of a plan.
function makeFilm(parent, askFilm, words) {
  const figure = make("figure", parent, { className: "ilrl-map-film" });
  const screen = make("div", figure, { className: "ilrl-map-screen" });
  const button = make("button", figure, { type: "button", hidden: true });
  const caption = make("figcaption", figure, { textContent: INVITATION }, { "aria-live": "polite" });
  let picture = null;
  let runs = !window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  function show() {
    screen.replaceChildren(runs ? picture : stillOf(picture));
    Object.assign(button, { textContent: runs ? "Pause" : "Play", hidden: false });
  }
  button.addEventListener("click", () => {
    runs = !runs;
    show();
  });
  let newest = 0; // of all requests, since only the newest may speak
  return async (world, plan, name) => {
    const asked = ++newest;
    const title = `${name} in ${world}, its median run`;
    const say = (text) => {
      if (asked === newest) caption.textContent = `${title}${text}`;
    };
    say(`: ${words.waiting}`);
    const timer = setTimeout(() => say(`: ${words.late}`), PATIENCE);
    try {
      const film = await pictureOf(await askFilm(world, plan), `A film of ${title}.`);
      if (asked !== newest) return;
      picture = film;
      show();
      say(".");
    } catch (error) {
      say(`: ${words.failed}${error.message}`);
    } finally {
      clearTimeout(timer);
    }
  };
}

// A picture that has come; raises an error where none is at this address.
async function pictureOf(src, alt) {
  const picture = Object.assign(document.createElement("img"), { src, alt });
  await picture.decode().catch(() => {
    throw new Error("its file cannot be loaded.");
  });
  return picture;
}

// The first frame of a film, which is what a canvas takes of it.
function stillOf(picture) {
  const size = { width: picture.naturalWidth, height: picture.naturalHeight };
  const still = Object.assign(document.createElement("canvas"), { ...size, role: "img", ariaLabel: picture.alt });
  still.getContext("2d").drawImage(picture, 0, 0);
  return still;
}

// Show the map in an element, with the settings of ilrl_course/notebook/prices.py. `askFilm(world, plan)`, if there is
// one, gives a promise of the address of a moving picture; a plan is a position in the record's runs. `words` say how a
// film comes, and where it does not. Returns a function that takes the map away.
export function mount(el, settings, askFilm = null, words = FROM_A_KERNEL) {
  const map = new PriceMap(el, settings, askFilm, words);
  return () => map.end();
}

// The widget: Python answers to `wanted_film` by a message with the same world and plan.
function render({ model, el }) {
  const addresses = new Map(); // of the films that have come
  let waiting = null; // for the newest request: its key, and what settles its promise
  function askFilm(world, plan) {
    const key = `${world} ${plan}`;
    if (addresses.has(key)) return addresses.get(key);
    return new Promise((resolve, reject) => {
      waiting = { key, resolve, reject };
      model.set("wanted_film", [world, plan]);
      model.save_changes();
    });
  }
  function onFilm({ world, plan, error }, buffers) {
    const key = `${world} ${plan}`;
    if (!error) addresses.set(key, URL.createObjectURL(new Blob([buffers[0]], { type: "image/png" })));
    if (waiting?.key !== key) return;
    if (error) waiting.reject(new Error(error));
    else waiting.resolve(addresses.get(key));
    waiting = null;
  }
  model.on("msg:custom", onFilm);
  const end = mount(el, model.get("settings"), model.get("has_films") ? askFilm : null);
  return () => {
    model.off("msg:custom", onFilm);
    end();
  };
}

export default { render };
