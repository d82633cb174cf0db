// Draws what a page describes. Each .plot names a chart, whose spec lies beside it as JSON:
//   {kind: "line" | "area" | "bars" | "stack" | "dots" | "interval" | "reliability" | "small_multiples",
//    x: {label, type: "day" | "number" | "category", domain}, y: {label, domain, percent},
//    rows: [{x, y, low, high, n, series, facet, line}], color: {domain: [series …], range: [names of colours in base.css], label}, marks: [{x, label}]}
// Rows of one series with another `line` (a bundle, say) are never joined, nor are those between which
// a step of the axis (x.step: "day", "week" or "month") is missing. Text is only ever set as text.
import { build } from "./kinds.js";
import { key } from "./key.js";
import { savePng } from "./png.js";

const drawn = new WeakMap();

function specOf(id) {
  return JSON.parse(document.getElementById(`${id}-spec`).textContent);
}

function draw(place) {
  const id = place.dataset.chart;
  const width = Math.floor(place.clientWidth);
  if (!width || drawn.get(place) === width) return;
  drawn.set(place, width);
  const spec = specOf(id);
  const parts = build(spec, width);
  const legend = key(spec);
  place.replaceChildren(...parts, ...(legend ? [legend] : []));
  for (const svg of place.querySelectorAll("svg.plot-svg")) {
    svg.setAttribute("role", "img");
    svg.setAttribute("aria-label", svg.dataset.label ? `${svg.dataset.label}; ${place.dataset.label}` : place.dataset.label);
  }
  const figure = place.closest("figure");
  if (!figure.dataset.ready) figure.querySelector("details.numbers").open = false;
  figure.dataset.ready = "true";
  for (const button of figure.querySelectorAll("button.png")) button.hidden = false;
}

function tell(place, error) {
  const said = document.createElement("p");
  said.className = "none";
  said.textContent = "This chart could not be drawn; its numbers are in the table.";
  place.replaceChildren(said);
  console.error(error);
}

/** Draw every chart in a part of the page, and again when its width changes. */
export function drawAll(root = document) {
  for (const place of root.querySelectorAll(".plot[data-chart]")) {
    watcher.observe(place);
    attempt(place);
  }
}

function attempt(place) {
  try {
    draw(place);
  } catch (error) {
    tell(place, error);
  }
}

const watcher = new ResizeObserver((entries) => {
  for (const { target } of entries) if (target.isConnected) attempt(target);
});

document.addEventListener("click", (event) => {
  const button = event.target.closest("button[data-png]");
  if (button) savePng(document.getElementById(button.dataset.png), button);
});
document.addEventListener("htmx:after:swap", () => drawAll());
drawAll();
