// For people who use the keyboard or a screen reader, on every page: the focus is never lost, the link of the page
// that is open says so, a dialog begins in its first field, and only a table that scrolls is a stop of the Tab key.
// What was pressed while the connection was down is sent when it is back; nothing that was chosen is lost.

const TAKES_FOCUS = 'a[href], button:not([disabled]), input:not([disabled]), select, textarea, [tabindex="0"]';
const FIELD = "input[type=text]:not([disabled], [readonly]), textarea:not([disabled], [readonly])";
const SETTLED_AFTER = 350; // ms in which the page may itself give the focus back
const CONNECTION = "data-test-connection-state";
const LEVELS = 3; // how many places around what is gone are looked for

let last = null; // what had the focus last
let beneath = null; // the same, of what is not in a dialog
let entered = null; // the dialog whose first field has had the focus
let timer = 0;
let listens = false;
let wasDown = false; // whether the connection to the server was lost and is not back yet
let tellServer = () => {};

export default function (component) {
  markOpenPage(component.data.page);
  tellServer = () => component.setTriggerValue("back", true);
  if (listens) return;
  listens = true;
  const already = document.activeElement; // a slow page may be in use before this is there
  if (already && already !== document.body) remember(already);
  document.addEventListener("focusin", (event) => remember(event.target));
  document.addEventListener("keydown", (event) => event.key === "Tab" && setStops(), true);
  new MutationObserver(() => {
    enterDialog();
    noticeLoss();
    noticeReturn();
  }).observe(document.body, {
    subtree: true,
    childList: true,
    attributes: true,
    attributeFilter: ["disabled", CONNECTION],
  });
}

// A dialog whose parts are drawn anew takes the focus to its first button: it belongs to the field that took its place.
function remember(node) {
  const open = document.querySelector("[role=dialog]");
  const again = open && last && !last.node.isConnected && near(last.places, open);
  if (again && again !== node) return again.focus();
  last = { node, places: placesAround(node), dialog: Boolean(node.closest("[role=dialog]")) };
  if (!last.dialog) beneath = last;
}

function enterDialog() {
  const open = document.querySelector("[role=dialog]");
  if (open === entered) return;
  const field = open && open.querySelector(FIELD);
  if (open && !field) return; // its parts are not there yet, or it has no field: what opened it chose the focus
  entered = open;
  if (field) field.focus();
}

// The names of the places around an element, the nearest first.
function placesAround(node) {
  const names = [];
  for (let at = node; at && names.length < LEVELS; at = at.parentElement) {
    const name = [...(at.classList || [])].find((one) => one.startsWith("st-key-"));
    if (name) names.push(name);
  }
  return names;
}

// Streamlit keeps what inputs hold, but sends it again only where a run was under way when the connection went down.
function noticeReturn() {
  const app = document.querySelector(`[${CONNECTION}]`);
  const isUp = Boolean(app) && app.getAttribute(CONNECTION) === "CONNECTED";
  if (isUp && wasDown) tellServer();
  wasDown = Boolean(app) && !isUp;
}

function canTake(node) {
  return node.isConnected && !node.disabled;
}

function isLost() {
  const now = document.activeElement;
  return Boolean(last) && (!now || now === document.body) && !canTake(last.node);
}

function noticeLoss() {
  if (timer || !isLost()) return;
  timer = setTimeout(() => {
    timer = 0;
    if (!isLost()) return;
    giveBack();
    noticeLoss(); // a page beneath a dialog that is closing takes no focus yet
  }, SETTLED_AFTER);
}

function giveBack() {
  const open = document.querySelector("[role=dialog]");
  const from = last.dialog && !open ? beneath : last;
  const next = (from && (canTake(from.node) ? from.node : near(from.places, open))) || open || heading();
  if (next) next.focus();
}

function near(places, open) {
  for (const name of places) {
    const place = document.querySelector(`.${CSS.escape(name)}`);
    const next = place && (!open || open.contains(place)) && place.querySelector(TAKES_FOCUS);
    if (next) return next;
  }
  return null;
}

function heading() {
  const title = document.querySelector("h1");
  if (title) title.tabIndex = -1;
  return title;
}

function markOpenPage(title) {
  for (const link of document.querySelectorAll(".st-key-pages a")) {
    if (link.textContent.trim() === title) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
}

function setStops() {
  for (const table of document.querySelectorAll(".scroller")) {
    table.tabIndex = table.scrollWidth > table.clientWidth + 1 ? 0 : -1;
  }
}
