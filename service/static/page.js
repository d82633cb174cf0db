// The page: sends what was pasted to the API and shows what comes back.
import { guarded } from "./access.js";
import { answerView, problemView, waitingView } from "./views.js";

const byId = (id) => document.getElementById(id);
const form = byId("form");
const text = byId("text");
const result = byId("result");
const numbers = new Intl.NumberFormat("en");

/** How many characters the service counts: code points, not UTF-16 units. */
const characters = (value) => Array.from(value).length;

function profile() {
  return form.querySelector("input[name=profile]:checked");
}

function recount() {
  const limit = Number(profile().dataset.limit);
  const count = characters(text.value);
  byId("count").textContent = `${numbers.format(count)} of ${numbers.format(limit)} characters`;
  byId("count").classList.toggle("over", count > limit);
}

function request() {
  const targets = byId("targets").value.split(",").map((name) => name.trim()).filter(Boolean);
  const body = { text: text.value, profile: profile().value, store: "none" };
  if (byId("title").value.trim()) body.title = byId("title").value.trim();
  if (targets.length) body.targets = targets;
  return body;
}

async function ask(body) {
  const response = await fetch("/v1/score", {
    method: "POST",
    headers: guarded({ "Content-Type": "application/json" }),
    body: JSON.stringify(body),
  });
  const answer = await response.json();
  return response.ok ? answerView(answer, body) : problemView(answer);
}

function show(view, busy) {
  byId("answer").replaceChildren(view);
  result.setAttribute("aria-busy", String(busy));
  byId("score").disabled = busy;
}

async function score() {
  if (!text.value.trim()) {
    show(problemView({ detail: "There is no text yet. Paste one, or try the example." }), false);
    text.focus();
    return;
  }
  show(waitingView(), true);
  const view = await ask(request()).catch(() => problemView({ detail: "The service did not answer. Is it running?" }));
  show(view, false);
  byId("result-title").focus({ preventScroll: true });
  if (result.getBoundingClientRect().top > window.innerHeight / 2) result.scrollIntoView();
}

async function fillExample(event) {
  const example = await (await fetch(event.currentTarget.dataset.url)).json();
  text.value = example.text;
  byId("title").value = example.title;
  byId("targets").value = example.targets.join(", ");
  recount();
  await score();
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  score();
});
form.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) score();
});
form.addEventListener("input", recount);
byId("example").addEventListener("click", fillExample);
recount();
