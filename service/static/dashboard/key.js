// What the colours, shapes and dashes of a chart stand for, in the order of the drawing.
import { DASHES, SHAPES, at, colourAt, seriesOf } from "./palette.js";

const NS = "http://www.w3.org/2000/svg";

function svg(tag, attributes, ...children) {
  const node = document.createElementNS(NS, tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children);
  return node;
}

function sample(spec, index) {
  const colour = colourAt(spec, index);
  const box = svg("svg", { width: 26, height: 12, viewBox: "0 0 26 12", "aria-hidden": "true" });
  if (["stack", "bars", "area"].includes(spec.kind)) {
    box.append(svg("rect", { x: 3, y: 0, width: 20, height: 12, fill: colour, stroke: "var(--muted)", "stroke-width": 0.5 }));
    return box;
  }
  if (["line", "small_multiples"].includes(spec.kind)) {
    box.append(svg("line", { x1: 0, x2: 26, y1: 6, y2: 6, stroke: colour, "stroke-width": 2, "stroke-dasharray": at(DASHES, index) }));
  }
  box.append(svg("path", { d: shape(at(SHAPES, index)), transform: "translate(13,6)", fill: colour, stroke: colour }));
  return box;
}

function shape(name) {
  const symbol = { circle: "symbolCircle", square: "symbolSquare", triangle: "symbolTriangle", diamond: "symbolDiamond",
    times: "symbolTimes", star: "symbolStar", plus: "symbolPlus", wye: "symbolWye" }[name];
  return d3.symbol(d3[symbol], 40)();
}

/** A list of the series; none where there is one series or none. */
export function key(spec) {
  const series = seriesOf(spec);
  if (series.length < 2) return null;
  const list = document.createElement("ul");
  list.className = "key";
  list.ariaLabel = spec.color?.label ?? "Key";
  series.forEach((name, index) => {
    const item = document.createElement("li");
    item.append(sample(spec, index), name);
    list.append(item);
  });
  return list;
}
