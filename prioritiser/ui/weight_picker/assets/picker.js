// The weight picker: a dot among the tiers, which says what would be recommended there while it moves.
// Every text is put in by textContent, so that text from a scenario can never act as markup.

const WIDTH = 100;
const HEIGHT = 86.6;
const BAND = 16; // height of the line between two tiers
const SEND_AFTER = 250; // ms after the last key
const SAY_AFTER = 700; // ms of rest before it is said aloud
const HIDE_AFTER = 1500; // ms after the page has taken a move over
const MOST_NAMES = 5;
const GIVE_UP_AFTER = 20000; // ms until a move that the page never took is forgotten

const pickers = new WeakMap();
let moves = 0;

export default function (component) {
  const root = component.parentElement;
  let picker = pickers.get(root);
  if (!picker || !root.contains(picker.dot)) {
    if (picker) picker.leave();
    picker = new Picker(root);
    pickers.set(root, picker);
  }
  picker.take(component.data, (move) => component.setStateValue("moved", move));
  // Streamlit may leave and come back with the same elements, even while the dot is held: only what is gone is let go.
  return () => setTimeout(() => picker.dot.isConnected || picker.leave());
}

class Picker {
  constructor(root) {
    const find = (name) => root.querySelector(name);
    this.field = find(".field");
    this.svg = find("svg");
    this.dot = find(".dot");
    this.card = find(".card");
    this.parts = Object.fromEntries(
      ["met", "enters", "leaves", "gap", "holds", "unseen", "bars", "legend"].map((name) => [name, find(`.${name}`)]),
    );
    this.corners = [find(".top"), find(".left"), find(".right")];
    this.groups = Object.fromEntries(["regions", "edge", "marks"].map((name) => [name, find(`.${name}`)]));
    this.shares = [];
    this.held = false;
    this.pending = null;
    this.timers = {};
    this.drawn = {};
    this.listen();
  }

  // What the page says, and how to tell it of a move. A move that the page has not taken yet stands against what it says.
  take(data, send) {
    const before = this.data;
    this.data = data;
    this.send = send;
    this.places = placesOf(data.tiers.length);
    this.drawMap();
    this.drawMarks();
    if (this.pending !== null && data.move === this.pending) {
      this.pending = null;
      this.after("hide", HIDE_AFTER, () => this.hide());
    }
    if (!before || this.mayFollow()) this.shares = [...data.shares];
    this.draw();
  }

  mayFollow() {
    return !this.held && this.pending === null && !this.timers.send;
  }

  leave() {
    Object.values(this.timers).forEach(clearTimeout);
    cancelAnimationFrame(this.frame);
  }

  after(name, wait, act) {
    clearTimeout(this.timers[name]);
    this.timers[name] = setTimeout(() => {
      this.timers[name] = 0;
      act();
    }, wait);
  }

  listen() {
    const dot = this.dot;
    dot.addEventListener("pointerdown", (event) => this.hold(event));
    dot.addEventListener("pointermove", (event) => this.drag(event));
    dot.addEventListener("pointerup", () => this.release());
    dot.addEventListener("pointercancel", () => this.cancel());
    dot.addEventListener("keydown", (event) => this.press(event));
    dot.addEventListener("blur", () => this.hide());
    this.field.addEventListener("click", (event) => this.jump(event));
  }

  hold(event) {
    if (event.button) return;
    event.preventDefault();
    this.dot.setPointerCapture(event.pointerId);
    this.dot.focus({ preventScroll: true });
    this.box = this.svg.getBoundingClientRect();
    const at = pointOf(this.shares, this.places);
    const x = (at[0] / WIDTH) * this.box.width + this.box.left;
    const y = (at[1] / this.tall()) * this.box.height + this.box.top;
    this.grip = [event.clientX - x, event.clientY - y];
    this.held = true;
    this.before = [...this.shares];
    this.dot.classList.add("held");
    this.show();
    this.draw();
  }

  drag(event) {
    if (!this.held) return;
    this.pointer = [event.clientX - this.grip[0], event.clientY - this.grip[1]];
    if (!this.frame) this.frame = requestAnimationFrame(() => this.follow());
  }

  follow() {
    this.frame = 0;
    const shares = this.sharesAt(this.pointer);
    if (shares.join() === this.shares.join()) return;
    this.shares = shares;
    this.draw();
  }

  release() {
    if (!this.held) return;
    if (this.frame) {
      cancelAnimationFrame(this.frame);
      this.follow();
    }
    this.held = false;
    this.dot.classList.remove("held");
    if (this.shares.join() === this.before.join()) this.hide();
    else this.tell();
    this.say();
  }

  cancel() {
    if (!this.held) return;
    cancelAnimationFrame(this.frame);
    this.frame = 0;
    this.held = false;
    this.dot.classList.remove("held");
    this.shares = this.before;
    this.hide();
    this.draw();
  }

  jump(event) {
    if (event.target === this.dot || this.dot.contains(event.target)) return;
    this.box = this.svg.getBoundingClientRect();
    this.shares = this.sharesAt([event.clientX, event.clientY]);
    this.dot.focus({ preventScroll: true });
    this.show();
    this.draw();
    this.tell();
    this.say();
  }

  press(event) {
    if (event.key === "Escape" && this.held) return this.cancel();
    const moved = stepped(this.shares, event.key, event.shiftKey ? 10 : 1);
    if (!moved || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    this.shares = moved;
    this.show();
    this.draw();
    this.after("send", SEND_AFTER, () => this.tell());
    this.say();
  }

  tell() {
    moves += 1;
    const move = `${Math.round(performance.timeOrigin)}-${moves}`;
    this.pending = move;
    this.after("forget", GIVE_UP_AFTER, () => {
      if (this.pending === move) this.pending = null;
    });
    this.send({ move, shares: this.shares });
  }

  say() {
    this.after("say", SAY_AFTER, () => put(this.parts.unseen, this.words()));
  }

  words() {
    const said = this.answer;
    const rest = said ? [this.parts.met, this.parts.enters, this.parts.leaves].map((part) => part.textContent) : [];
    return [`${this.dot.getAttribute("aria-valuetext")}.`, ...rest.filter(Boolean).map((text) => `${text}.`)].join(" ");
  }

  show() {
    clearTimeout(this.timers.hide);
    this.timers.hide = 0;
    // what enters and leaves is told against what the page showed when the card came up, until it is gone
    if (this.card.hidden) this.base = null;
    this.card.hidden = !this.answerAt(this.shares);
  }

  hide() {
    if (this.card.hidden) return;
    this.card.hidden = true;
    this.draw();
  }

  tall() {
    return this.places.length === 2 ? BAND : HEIGHT;
  }

  sharesAt([x, y]) {
    const across = ((x - this.box.left) / this.box.width) * WIDTH;
    const down = ((y - this.box.top) / this.box.height) * this.tall();
    return wholeShares(weightsAt(across, down, this.places.length));
  }

  // The best plan known at these weights, what it is worth, and how much better any plan could be.
  answerAt(shares) {
    const map = this.data.map;
    if (!map || !map.portfolios.length) return null;
    const weights = shares.map((share) => share / 100);
    let region = 0;
    let most = -Infinity;
    map.portfolios.forEach((portfolio, number) => {
      const worth = dot(portfolio.v, weights);
      if (worth > most) [region, most] = [number, worth];
    });
    let plan = map.portfolios[region];
    const shown = this.data.shown;
    if (shown && dot(shown.v, weights) >= most - 1e-9) [plan, most] = [shown, Math.max(most, dot(shown.v, weights))];
    let bound = -Infinity;
    for (const plane of map.planes) bound = Math.max(bound, dot(plane, weights));
    const gap = map.planes.length ? relative(most, bound, map.proved) : null;
    return { region, plan, gap, area: map.portfolios[region].a };
  }

  draw() {
    const { tiers } = this.data;
    const at = pointOf(this.shares, this.places);
    this.dot.style.left = `${at[0]}%`;
    this.dot.style.top = `${(100 * at[1]) / this.tall()}%`;
    const order = tiers.length === 2 ? [1, 2] : [0, 1, 2];
    order.forEach((corner, tier) => put(this.corners[corner].lastChild, ` ${this.shares[tier]}`));
    const text = tiers.map((tier, number) => `${number ? tier.name.toLowerCase() : tier.name} ${this.shares[number]}`);
    this.dot.setAttribute("aria-valuetext", text.join(", "));
    this.dot.setAttribute("aria-valuenow", this.shares[0]);
    this.answer = this.answerAt(this.shares);
    if (!this.answer) return this.drawNothing();
    this.highlight(this.answer.region);
    const gap = this.isAnswered() ? "" : `${gapWords(this.answer.gap)}.`;
    const holds = this.isWhole() ? `This choice holds in ${part(this.answer.area)} of all weights.` : "";
    put(this.parts.holds, [gap, holds].filter(Boolean).join(" "));
    if (!this.card.hidden) this.drawCard();
  }

  // Whether the page shows an answer for these weights; until then the line says how good the one of the map is.
  isAnswered() {
    const { shown } = this.data;
    return this.held || !this.card.hidden || (shown && shown.w.join() === this.shares.join());
  }

  // Until the map is complete a share of all weights may still change, so none is said.
  isWhole() {
    return Boolean(this.data.map && this.data.map.whole);
  }

  drawNothing() {
    put(this.parts.holds, "");
    this.card.hidden = true;
  }

  drawCard() {
    const { plan, gap } = this.answer;
    const { map } = this.data;
    this.bars.forEach(({ fill, figure }, tier) => {
      fill.style.transform = `scaleX(${Math.min(1, Math.max(0, plan.s[tier])).toFixed(4)})`;
      put(figure, `${Math.round(100 * plan.s[tier])}\u00a0%`);
    });
    const met = sum(plan.m);
    put(this.parts.met, `Targets met in ${map.year}: ${met} of ${sum(map.targets)}`);
    put(this.parts.gap, gapWords(gap));
    const against = (this.base ||= this.data.shown || this.start());
    if (this.named === plan && this.against === against) return;
    [this.named, this.against] = [plan, against];
    const named = (ones, others) => ones.filter((one) => !others.includes(one)).map((one) => map.names[one]);
    put(this.parts.enters, listed("+ ", named(plan.i, against.i)));
    put(this.parts.leaves, listed("\u2212 ", named(against.i, plan.i)));
  }

  // What to compare with while the page shows no answer: the plan of the map at the weights in force.
  start() {
    const answer = this.answerAt(this.data.shares);
    return answer ? answer.plan : this.answer.plan;
  }

  highlight(region) {
    if (this.drawn.here === region) return;
    if (this.here) this.here.classList.remove("here");
    this.drawn.here = region;
    this.here = this.shapes.get(region);
    if (!this.here) return;
    this.here.classList.add("here");
    this.here.parentNode.append(this.here); // over its neighbours
  }

  drawMap() {
    const { map, tiers } = this.data;
    const name = JSON.stringify([tiers, map && [map.key, map.portfolios.length, map.planes.length]]);
    if (this.drawn.map === name) return;
    this.drawn = { map: name };
    this.here = this.named = this.base = null;
    this.shapes = new Map();
    const tall = this.tall();
    this.svg.setAttribute("viewBox", `0 0 ${WIDTH} ${tall}`);
    this.groups.regions.replaceChildren(
      ...(map ? map.regions : []).map((region) => {
        const shape = this.polygon(outline(region.c, this.places), `region shade-${region.shade % 5}`);
        this.shapes.set(region.p, shape);
        return shape;
      }),
    );
    const whole = outline(unit(tiers.length), this.places);
    this.groups.edge.replaceChildren(this.polygon(whole, map ? "outline" : "outline bare"));
    this.drawNames(tiers);
  }

  drawNames(tiers) {
    this.corners.forEach((corner) => corner.replaceChildren());
    const order = tiers.length === 2 ? [1, 2] : [0, 1, 2];
    tiers.forEach((tier, number) => {
      const shares = document.createElement("strong");
      this.corners[order[number]].replaceChildren(mark(tier), ` ${tier.name}`, shares);
    });
    const keys = tiers.length === 2 ? "Left and right arrows" : "Arrow keys";
    const names = tiers.map((tier) => tier.name.toLowerCase()).join(", ");
    this.dot.setAttribute("aria-label", `Weights of ${names}. ${keys} move it by 1, with Shift by 10`);
    this.bars = tiers.map((tier) => {
      const line = document.createElement("div");
      const name = document.createElement("span");
      const track = document.createElement("span");
      const fill = document.createElement("i");
      const figure = document.createElement("b");
      line.className = "bar";
      track.className = `track ${tier.id}`;
      name.append(mark(tier), ` ${tier.name}`);
      track.append(fill);
      line.append(name, track, figure);
      return { line, fill, figure };
    });
    this.parts.bars.replaceChildren(...this.bars.map((bar) => bar.line));
  }

  drawMarks() {
    const { marks, tiers } = this.data;
    const name = JSON.stringify([marks, this.drawn.map, this.isWhole()]);
    if (this.drawn.marks === name) return;
    this.drawn.marks = name;
    const shapes = [];
    const entries = [];
    for (const one of marks) {
      const [x, y] = pointOf(one.w, this.places);
      const size = one.saved ? 2.1 : 2.7;
      const diamond = [[x, y - size], [x + size, y], [x, y + size], [x - size, y]];
      const square = [[x - size, y - size], [x + size, y - size], [x + size, y + size], [x - size, y + size]];
      const shape = this.polygon(one.saved ? square : diamond, "at");
      const title = document.createElementNS(this.svg.namespaceURI, "title");
      title.textContent = one.names.join(", ");
      shape.append(title);
      shapes.push(shape);
      const entry = document.createElement("li");
      const weights = tiers.map((tier, number) => `${tier.name.toLowerCase()} ${one.w[number]}`).join(", ");
      const answer = this.answerAt(one.w);
      const holds = answer && this.isWhole() ? `; the recommendation there holds in ${part(answer.area)} of all weights` : "";
      entry.textContent = `${one.saved ? "\u25a1" : "\u25c7"} ${one.names.join(", ")}: ${weights}${holds}`;
      entries.push(entry);
    }
    this.groups.marks.replaceChildren(...shapes);
    this.parts.legend.querySelector("ul").replaceChildren(...entries);
    this.parts.legend.hidden = !entries.length;
  }

  polygon(points, kind) {
    const shape = document.createElementNS(this.svg.namespaceURI, "polygon");
    shape.setAttribute("points", points.map(([x, y]) => `${x.toFixed(2)},${y.toFixed(2)}`).join(" "));
    shape.setAttribute("class", kind);
    return shape;
  }
}

const sum = (numbers) => numbers.reduce((one, other) => one + other, 0);

function dot(values, weights) {
  let worth = 0;
  for (let tier = 0; tier < weights.length; tier += 1) worth += values[tier] * weights[tier];
  return worth;
}

function relative(value, bound, proved) {
  return bound - value <= proved ? 0 : (bound - value) / Math.max(Math.abs(value), 1e-9);
}

function put(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

function mark(tier) {
  const shape = document.createElement("span");
  shape.className = `mark ${tier.id}`;
  shape.setAttribute("aria-hidden", "true");
  shape.textContent = tier.mark;
  return shape;
}

function part(area) {
  const percent = 100 * area;
  return percent < 1 ? "less than 1\u00a0%" : `${Math.round(percent)}\u00a0%`;
}

function gapWords(gap) {
  if (gap === null) return "Not yet known how close to the best possible";
  if (gap === 0) return "Proved best for these weights";
  const tenths = Math.ceil(1000 * gap - 1e-9) / 10; // rounded up, so that it still holds
  return `Within ${tenths.toFixed(1)}\u00a0% of the best possible`;
}

function listed(sign, names) {
  if (!names.length) return "";
  const more = names.length - MOST_NAMES;
  return sign + names.slice(0, MOST_NAMES).join("; ") + (more > 0 ? `; and ${more} more` : "");
}

// Where the tiers are: the corners of a triangle, the first on top; or the ends of a line.
function placesOf(count) {
  if (count === 2) return [[0, BAND / 2], [WIDTH, BAND / 2]];
  return [[WIDTH / 2, 0], [0, HEIGHT], [WIDTH, HEIGHT]];
}

function unit(count) {
  return Array.from({ length: count }, (_, row) => Array.from({ length: count }, (__, tier) => Number(row === tier)));
}

function pointOf(weights, places) {
  const whole = sum(weights) || 1;
  return [0, 1].map((axis) => sum(weights.map((weight, tier) => (weight / whole) * places[tier][axis])));
}

function outline(corners, places) {
  const points = corners.map((corner) => pointOf(corner, places));
  if (places.length === 3) return points;
  const [one, other] = points.map(([x]) => x);
  return [[one, 0], [other, 0], [other, BAND], [one, BAND]];
}

function weightsAt(across, down, count) {
  if (count === 2) {
    const second = Math.min(1, Math.max(0, across / WIDTH));
    return [1 - second, second];
  }
  const first = 1 - down / HEIGHT;
  const third = (across - (WIDTH / 2) * first) / WIDTH;
  return nearest([first, 1 - first - third, third]);
}

// The nearest weights that are 0 or more and sum to 1.
function nearest(weights) {
  const falling = [...weights].sort((one, other) => other - one);
  let total = 0;
  let shift = 0;
  falling.forEach((weight, position) => {
    total += weight;
    const step = (total - 1) / (position + 1);
    if (weight > step) shift = step;
  });
  return weights.map((weight) => Math.max(0, weight - shift));
}

// Whole shares of 100, by the largest remainder.
function wholeShares(weights) {
  const exact = weights.map((weight) => 100 * weight);
  const shares = exact.map((share) => Math.floor(share + 1e-9));
  const order = exact.map((_, tier) => tier).sort((one, other) => exact[other] - shares[other] - exact[one] + shares[one]);
  for (const tier of order.slice(0, 100 - sum(shares))) shares[tier] += 1;
  return shares;
}

// Shares after an arrow key, null for any other key; sideways moves between the two lower corners.
function stepped(shares, key, step) {
  const moved = [...shares];
  const shift = (from, to, most) => {
    const size = Math.min(most, moved[from]);
    moved[from] -= size;
    moved[to] += size;
  };
  const last = shares.length - 1;
  if (key === "ArrowRight") shift(last - 1, last, step);
  else if (key === "ArrowLeft") shift(last, last - 1, step);
  else if (shares.length === 2) return null;
  else if (key === "ArrowUp") for (let each = 0; each < step; each += 1) shift(moved[1] >= moved[2] ? 1 : 2, 0, 1);
  else if (key === "ArrowDown") for (let each = 0; each < step; each += 1) shift(0, moved[1] <= moved[2] ? 1 : 2, 1);
  else return null;
  return moved;
}
