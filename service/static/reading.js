// The text itself, its sentences coloured by one signal. Offsets count code points, so it is cut as such.
import { el, figure, words } from "./views.js";

const SIGNALS = ["loaded_language", "opinion", "call_to_action"];
const STEPS = 5;

/** The step of the scale that a score falls into, 0 (no colour) to 5. */
const step = (score) => (score === null ? 0 : Math.min(STEPS, Math.floor(score * (STEPS + 1))));

function legend() {
  const steps = Array.from({ length: STEPS + 1 }, (_, index) => el("span", { className: `swatch s${index}` }));
  return el("p", { className: "legend", ariaHidden: "true" }, "0", ...steps, "1");
}

function describe(sentence, place) {
  const numbers = SIGNALS.map((name) => `${words(name)} ${figure(sentence[name])}`).join(" · ");
  const top = Object.entries(sentence.frames).sort((a, b) => b[1] - a[1])[0];
  const frame = top && top[1] >= 0.5 ? ` · frame ${words(top[0])} ${figure(top[1])}` : "";
  return `${place}: ${numbers}${frame}${sentence.quoted ? " · quoted" : ""}`;
}

function picker(choose) {
  const choices = SIGNALS.map((name, index) => {
    const input = el("input", { type: "radio", name: "signal", value: name, checked: index === 0 });
    input.addEventListener("change", () => choose(name));
    return el("label", {}, input, el("span", {}, words(name)));
  });
  return el("fieldset", { className: "picker" }, el("legend", { className: "unseen" }, "Colour the sentences by"), ...choices);
}

/** Cut the text into sentences and what stands between them. */
function pieces(text, sentences) {
  const points = Array.from(text);
  const parts = [];
  let end = 0;
  for (const sentence of sentences.filter((one) => one.start !== null)) {
    parts.push({ text: points.slice(end, sentence.start).join("") });
    parts.push({ text: points.slice(sentence.start, sentence.end).join(""), sentence });
    end = sentence.end;
  }
  parts.push({ text: points.slice(end).join("") });
  return parts.filter((part) => part.text);
}

/** Let arrow keys move between the marks, of which only one is in the tab order. */
function rove(marks) {
  marks.forEach((mark, index) => {
    mark.tabIndex = index === 0 ? 0 : -1;
    mark.addEventListener("keydown", (event) => {
      const next = marks[index + ({ ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key] ?? 0)];
      if (!next || next === mark) return;
      event.preventDefault();
      mark.tabIndex = -1;
      next.tabIndex = 0;
      next.focus();
    });
  });
}

/** The text with its sentences as marks, the choice of signal, and the numbers of the one pointed at. */
export function readingView(answer, sent) {
  const detail = el("output", { className: "detail", id: "detail" }, "Point at a sentence, or move with the arrow keys, to see its numbers.");
  const marks = [];
  const markOf = (text, sentence, place) => {
    const mark = el("mark", {}, text);
    for (const kind of ["mouseenter", "focus", "click"]) {
      mark.addEventListener(kind, () => { detail.textContent = describe(sentence, place); });
    }
    marks.push({ mark, sentence });
    return mark;
  };
  const title = answer.sentences.find((one) => one.start === null);
  const heading = title ? el("p", { className: "headline" }, markOf(answer.document.title ?? sent.title, title, "Title")) : null;
  let count = 0;
  const body = pieces(answer.document.text ?? sent.text, answer.sentences).map((part) =>
    part.sentence ? markOf(part.text, part.sentence, `Sentence ${(count += 1)}`) : part.text);
  const choose = (signal) => marks.forEach(({ mark, sentence }) => { mark.className = `s${step(sentence[signal])}`; });
  choose(SIGNALS[0]);
  rove(marks.map(({ mark }) => mark));
  return el("section", { className: "reading" }, el("h3", {}, "In the text"), el("div", { className: "tools" }, picker(choose), legend()),
    detail, el("div", { className: "text" }, heading, el("div", { className: "body" }, ...body)));
}
