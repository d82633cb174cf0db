// The views: an answer, a problem, or waiting. Text is only ever set as text, never as markup.
import { readingView } from "./reading.js";

const labels = JSON.parse(document.getElementById("labels").textContent);
const REASONS = {
  language: "it is not in English",
  too_short: "the text is too short",
  not_prose: "it is not running text",
  uncertain: "the numbers are too close to call",
  unlike_training: "it is unlike anything the model has seen",
};

/** Make an element: properties, then children; strings become text nodes. */
export function el(tag, properties = {}, ...children) {
  const node = Object.assign(document.createElement(tag), properties);
  node.append(...children.filter((child) => child !== null && child !== undefined));
  return node;
}

/** A label as people write it. */
export const words = (name) => name.replaceAll("_", " ");
const capital = (name) => name.charAt(0).toUpperCase() + name.slice(1);
/** A score with two decimals, or a dash where there is none. */
export const figure = (score) => (score === null || score === undefined ? "–" : score.toFixed(2));

/** A row with a name, a bar and a number; the bar repeats the number, so readers skip it. */
function bar(name, score, strong) {
  const fill = el("span", { className: "fill" });
  fill.style.width = `${(score ?? 0) * 100}%`;
  const track = el("span", { className: "track", ariaHidden: "true" }, fill);
  const said = el("span", { className: "name" }, capital(words(name)));
  return el("li", { className: strong ? "bar strong" : "bar" }, said, track, el("span", { className: "number" }, figure(score)));
}

/** A list of bars; none where the head gave no numbers at all. */
function bars(scores, strong = () => false) {
  if (scores.every(([, score]) => score === null)) return null;
  return el("ul", { className: "bars" }, ...scores.map(([name, score]) => bar(name, score, strong(name))));
}

const sorted = (scores) => Object.entries(scores).sort((a, b) => (b[1] ?? 0) - (a[1] ?? 0));

function verdict(judgement, meaning) {
  if (judgement.label === null) {
    return el("p", { className: "verdict none" }, `No label: ${REASONS[judgement.reason] ?? "the model abstained"}.`);
  }
  const not = judgement.label.startsWith("not_");
  const label = el("strong", {}, words(judgement.label.replace(/^not_/, "")));
  const said = el("p", { className: "verdict" }, not ? "Does not read like " : "Reads like ", label);
  if (meaning) said.append(el("small", {}, meaning));
  return said;
}

function card(title, ...children) {
  return el("section", { className: "card" }, el("h3", {}, title), ...children);
}

function advocacyCard({ advocacy }) {
  const signals = Object.entries(advocacy.signals);
  return card("Advocacy", verdict(advocacy), bars([["advocacy", advocacy.score]], () => true), bars(signals));
}

function sourceCard({ source_type: source }) {
  const meaning = labels.source_types[source.label];
  return card("Type of source", verdict(source, meaning), bars(sorted(source.scores), (name) => name === source.label));
}

function framesCard({ frames }) {
  if (frames.every((frame) => frame.score === null)) {
    return card("Frames", el("p", { className: "verdict none" }, "No frames: the model abstained."));
  }
  const order = [...frames].sort((a, b) => (b.score ?? 0) - (a.score ?? 0));
  const present = order.filter((frame) => frame.present);
  const list = (some, strong) => bars(some.map((frame) => [frame.frame, frame.score]), () => strong);
  const none = order.every((frame) => frame.present === null) ? "No frames: the model abstained." : "No frame stands out.";
  const rest = order.filter((frame) => !frame.present);
  const more = el("details", {}, el("summary", {}, present.length ? `The other ${rest.length}` : "All frames"), list(rest, false));
  const meanings = order.flatMap(({ frame }) => [el("dt", {}, capital(words(frame))), el("dd", {}, labels.frames[frame] ?? "")]);
  const legend = el("details", {}, el("summary", {}, "What the frames mean"), el("dl", {}, ...meanings));
  return card("Frames", present.length ? list(present, true) : el("p", { className: "verdict none" }, none),
    rest.length ? more : null, legend);
}

function stanceCard({ stance }) {
  if (!stance.length) return card("Stance", el("p", { className: "verdict none" }, "No person or group to judge."));
  return card("Stance", ...stance.map((one) => {
    const times = `${one.mentions} ${one.mentions === 1 ? "mention" : "mentions"}`;
    const said = one.label ?? `no label, ${REASONS[one.reason] ?? "the model abstained"}`;
    const head = el("h4", {}, one.target, " ", el("small", {}, `${said} · ${times}${one.given ? "" : " · found"}`));
    return el("div", { className: "target" }, head, bars(Object.entries(one.scores), (name) => name === one.label));
  }));
}

function warningsView(warnings) {
  if (!warnings.length) return null;
  return el("section", { className: "warnings", ariaLabel: "Warnings" }, el("ul", {}, ...warnings.map((said) => el("li", {}, said))));
}

function summary({ document: read, model }) {
  const share = `${Math.round(read.scored_share * 100)}\u202f% scored`;
  const parts = [`${read.words} words`, `${read.sentences} sentences`, share, `bundle ${model.bundle}`, model.profile];
  return el("p", { className: "hint" }, parts.join(" · "));
}

/** Everything that one scorecard says. */
export function answerView(answer, sent) {
  const cards = [advocacyCard, sourceCard, framesCard, stanceCard].map((make) => make(answer));
  return el("div", { className: "answer" }, warningsView(answer.warnings), el("div", { className: "cards" }, ...cards),
    readingView(answer, sent), summary(answer));
}

/** What went wrong, in the service's own words. */
export function problemView(problem) {
  const named = Object.entries(problem.errors ?? {}).map(([field, said]) => el("li", {}, `${field}: ${said.join(", ")}`));
  const detail = named.length ? el("ul", {}, ...named) : el("p", {}, problem.detail ?? "No reason was given.");
  const box = el("div", { className: "problem" }, el("h3", {}, "This could not be scored"), detail);
  if (problem.status === 401) box.append(el("a", { href: "/sign-in" }, "Sign in with a key"));
  box.setAttribute("role", "alert");
  return box;
}

/** What is shown while the model reads. */
export function waitingView() {
  const box = el("div", { className: "waiting" }, el("p", {}, "Reading …"), el("span", { className: "progress", ariaHidden: "true" }));
  box.setAttribute("role", "status");
  return box;
}
