// The Article page for those who read many: sentences by click or key, votes without a new page, help by "?".
const ONWARD = "slantwise-onward";
const panel = () => document.getElementById("sentence");
const marks = () => [...document.querySelectorAll("#main [id^='s-'][data-go]")];
const markOf = (place) => document.getElementById(`s-${place}`);
const press = (root, key) => root?.querySelector(`[data-key="${key}"]`)?.click();
/** The sentence that is looked at, the part of the page that was voted in last, and whether to take back. */
let at = 0;
let last = null;
let undoing = false;
/** What is being asked of the server (and whether it is a vote), and the keys that wait for its answer. */
const running = new Map();
const waiting = [];

/** Only one sentence is in the tab order: the one that is looked at, or else the first. */
function rove() {
  const current = markOf(at);
  marks().forEach((mark, index) => {
    const here = current ? mark === current : index === 0;
    mark.setAttribute("tabindex", here ? "0" : "-1");
    if (mark === current) mark.setAttribute("aria-current", "true");
    else mark.removeAttribute("aria-current");
  });
}

/** Show what is said of a sentence, and remember in the address which it is. */
function look(place) {
  const mark = markOf(place);
  if (!mark) return;
  at = place;
  rove();
  if (panel().contains(document.activeElement)) mark.focus({ preventScroll: true });
  mark.scrollIntoView({ block: "nearest" });
  const address = new URL(mark.getAttribute("href"), location.href);
  history.replaceState(history.state, "", address);
  keep(place);
  address.searchParams.set("part", "sentence");
  htmx.ajax("GET", address.pathname + address.search, { source: "#sentence", target: "#sentence" });
}

/** Let the choice of another signal stay at the sentence. */
function keep(place) {
  for (const link of document.querySelectorAll(".tools a[hx-get]")) {
    const address = new URL(link.getAttribute("href"), location.href);
    address.searchParams.set("sentence", place);
    link.setAttribute("href", address.pathname + address.search);
    link.setAttribute("hx-get", address.pathname + address.search);
  }
}

function go(step) {
  const mark = markOf(at + step);
  if (!mark) return;
  mark.focus({ preventScroll: true });
  look(at + step);
}

/** Say what was loaded, and mark in the text what somebody said of the sentence. */
function tell() {
  const said = panel().querySelector(".mine[data-mine]");
  const mark = markOf(at);
  if (said && mark) {
    if (said.dataset.mine) mark.dataset.mine = said.dataset.mine;
    else delete mark.dataset.mine;
  }
  const words = [...panel().querySelectorAll("h2, .verdict, .mine, .wrong")].map((it) => it.innerText.trim());
  document.getElementById("said").textContent = words.filter(Boolean).join(". ");
}

const KEYS = { j: () => go(1), k: () => go(-1), "?": () => document.getElementById("keys").showModal(),
  "]": () => document.querySelector("a[data-next]")?.click(),
  u: () => press(last?.isConnected ? last : panel(), "u") };
for (const key of ["a", "d", "y", "n"]) KEYS[key] = () => press(panel(), key);
for (const key of ["1", "2", "3"]) KEYS[key] = () => press(document.querySelector(".tools"), key);

document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input, textarea, select, dialog");
  // The focus stays for a frame in a dialog that was closed: what is typed then is meant for the page.
  if (typing?.checkVisibility() || event.ctrlKey || event.metaKey || event.altKey || !(event.key in KEYS)) return;
  event.preventDefault();
  waiting.push(event.key);
  act();
});

/** A vote is for the sentence that is shown: its key waits until that is there; steps wait for votes alone. */
const mayAct = (key) => ("jk".includes(key) ? ![...running.values()].includes(true) : running.size === 0);

/** Do what the oldest key asks, as soon as it may be done; then the next. */
function act() {
  if (!waiting.length || !mayAct(waiting[0])) return;
  KEYS[waiting.shift()]();
  if (waiting.length) setTimeout(act);
}

document.addEventListener("click", (event) => {
  undoing = Boolean(event.target.closest("button[name=undo]"));
  const link = event.target.closest("a[data-go]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  look(Number(link.dataset.go));
  if (!link.id) markOf(at)?.scrollIntoView({ block: "center" });
});

document.addEventListener("change", (event) => {
  if (event.target.id === "onward") localStorage.setItem(ONWARD, event.target.checked ? "yes" : "no");
});

// A sentence or a form that was swapped is no new page: what pages.js does after one is held off.
document.addEventListener("htmx:after:swap", (event) => {
  const asking = event.target.closest?.(".asking");
  if (!asking && !event.target.closest?.("#sentence")) return begin();
  event.stopImmediatePropagation();
  if (!panel().contains(event.target)) return undefined;
  tell();
  if (!asking) return undefined;
  const voted = asking.querySelector(".mine")?.dataset.mine && !asking.querySelector(".wrong");
  if (voted && !undoing && document.getElementById("onward").checked) return go(1);
  return asking.querySelector("[aria-pressed=true]")?.focus({ preventScroll: true });
}, true);

document.addEventListener("htmx:before:request", (event) => {
  const asking = event.target.closest?.(".asking");
  last = asking ?? last;
  running.set(event.detail.ctx, Boolean(asking));
}, true);

document.addEventListener("htmx:finally:request", (event) => {
  running.delete(event.detail.ctx);
  setTimeout(act);
}, true);

/** Put the page in order, when it is opened and when all of it was swapped. */
function begin() {
  at = Number(panel()?.querySelector(".seen")?.dataset.place) || 0;
  const onward = document.getElementById("onward");
  if (!onward) return;
  onward.checked = localStorage.getItem(ONWARD) === "yes";
  const open = document.getElementById("keys-open");
  open.hidden = false;
  open.addEventListener("click", KEYS["?"]);
  rove();
}

begin();
