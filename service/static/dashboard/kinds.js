// One function for each kind of chart: from a spec and a width to the elements that show it.
import { DASHES, SHAPES, at, colourAt, colourOf, figure, seriesOf, withInterval } from "./palette.js";

const NARROW = 420;

/** Make the elements of a chart. */
export function build(spec, width) {
  const make = KINDS[spec.kind];
  if (!make) throw new Error(`unknown kind of chart: ${spec.kind}`);
  return [make(spec, width)].flat();
}

const day = (text) => new Date(`${text}T00:00:00Z`);
const prepared = (spec) => spec.rows.map((row) => ({ ...row, x: spec.x.type === "day" ? day(row.x) : row.x }));
const lineOf = (row) => `${row.series ?? ""}|${row.line ?? ""}`;
const hasInterval = (row) => row.low !== undefined && row.low !== null && row.high !== undefined && row.high !== null;

function when(value) {
  return value instanceof Date ? value.toISOString().slice(0, 10) : String(value);
}

function said(row, spec) {
  const head = [row.facet, row.series].filter(Boolean).join(", ");
  const count = row.n === undefined || row.n === null ? "" : `\n${figure(row.n)} texts`;
  return `${head ? `${head}\n` : ""}${when(row.x)}: ${withInterval(row, spec.y)}${count}`;
}

/** How many ticks an axis has: no more than steps where it counts, since nothing is ever half a text. */
function ticksOf(most, spec, values) {
  const counts = !spec.y.percent && !spec.y.domain && values.every(Number.isInteger);
  return counts ? Math.max(1, Math.min(most, d3.max(values) ?? 1)) : most;
}

/** What all kinds with two axes share. */
function frame(spec, width, more) {
  const narrow = width < NARROW;
  const base = {
    className: "plot-svg", width, height: spec.height ?? Math.min(320, Math.max(220, width * 0.42)),
    marginLeft: 48, marginRight: 20, marginBottom: 40, marginTop: 24,
    style: { fontSize: "12px", background: "none" },
  };
  const x = { label: spec.x.label, labelAnchor: "center", labelArrow: "none", tickSize: 4 };
  const y = { label: spec.y.label, labelAnchor: "top", labelArrow: "none", grid: true, ticks: ticksOf(5, spec, spec.rows.map((row) => row.y)), tickSize: 0, nice: !spec.y.domain };
  if (spec.x.type === "day") {
    // Ticks of days have two lines, the name of the axis stands below both.
    Object.assign(x, { type: "utc", ticks: narrow ? 3 : Math.max(3, Math.floor(width / 110)), labelOffset: 48 });
    base.marginBottom = 52;
  }
  if (spec.x.domain) x.domain = reach(spec);
  if (spec.y.domain) y.domain = spec.y.domain;
  if (spec.y.percent) y.tickFormat = (value) => `${Math.round(value * 100)}\u202f%`;
  const marks = [...more.marks, ...events(spec)].filter(Boolean);
  return unnamed(Plot.plot({ ...base, ...more, x: { ...x, ...more.x }, y: { ...y, ...more.y }, marks }));
}

/** A picture has one name: what the library calls its parts is no name that may stand there. */
function unnamed(svg) {
  const clear = () => {
    for (const part of svg.querySelectorAll("[aria-label]")) part.removeAttribute("aria-label");
  };
  clear();
  for (const kind of ["pointermove", "pointerdown", "pointerleave"]) svg.addEventListener(kind, clear);
  return svg;
}

/** The ends of the x axis: those of the spec, or farther where a row lies beyond them. */
function reach(spec) {
  if (spec.x.type !== "day") return spec.x.domain;
  return d3.extent([...spec.x.domain, ...spec.rows.map((row) => row.x)].map(day));
}

/** Vertical lines with words: a bundle was published, say. */
function events(spec) {
  const marks = (spec.marks ?? []).map((one) => ({ ...one, x: spec.x.type === "day" ? day(one.x) : one.x }));
  if (!marks.length) return [];
  return [
    Plot.ruleX(marks, { x: "x", stroke: "var(--muted)", strokeDasharray: "2 3" }),
    Plot.text(marks, { x: "x", text: "label", frameAnchor: "top", dy: -16, fill: "var(--muted)", fontSize: 11, textAnchor: "middle" }),
  ];
}

const tips = (rows, spec, x = "x", y = "y") =>
  Plot.tip(rows, Plot.pointer({ x, y, title: (row) => said(row, spec), fill: "var(--sheet)", stroke: "var(--muted)", fontSize: 12, textPadding: 8 }));

/** The rows of one line as the runs of it that may be drawn through: where steps are missing, it is broken. */
function runs(spec, rows) {
  if (spec.x.type !== "day" || !spec.x.step) return [rows];
  const found = [];
  let last = null;
  for (const row of rows) {
    if (last === null || +row.x > +end(last, spec.x.step)) found.push([]);
    found.at(-1).push(row);
    last = row.x;
  }
  return found;
}

/** The intervals of lines: a band, or a stroke where a point stands alone. */
function band(spec, rows) {
  const all = [...d3.group(rows.filter(hasInterval), lineOf).values()].flatMap((own) => runs(spec, own));
  const alone = all.filter((run) => run.length === 1).flat();
  return [
    ...all.filter((run) => run.length > 1).map((run) => Plot.areaY(run, { x: "x", y1: "low", y2: "high", fill: run[0].colour, fillOpacity: 0.16 })),
    alone.length ? Plot.ruleX(alone, { x: "x", y1: "low", y2: "high", stroke: (row) => row.colour, strokeOpacity: 0.4, strokeWidth: 3 }) : null,
  ];
}

function lines(spec, rows, strokeWidth = 2) {
  return [...d3.group(rows, lineOf).values()].flatMap((own) => {
    const index = Math.max(0, seriesOf(spec).indexOf(own[0].series));
    const colour = colourAt(spec, index);
    return [
      ...runs(spec, own).map((run) => Plot.line(run, { x: "x", y: "y", stroke: colour, strokeWidth, strokeDasharray: at(DASHES, index) })),
      Plot.dot(own, { x: "x", y: "y", fill: colour, stroke: colour, symbol: at(SHAPES, index), r: own.length > 45 ? 1.6 : 2.6 }),
    ];
  });
}

const coloured = (spec) => prepared(spec).map((row) => ({ ...row, colour: colourOf(spec, row.series) }));

function line(spec, width) {
  const rows = coloured(spec);
  return frame(spec, width, { marks: [...band(spec, rows), ...lines(spec, rows), tips(rows, spec)] });
}

function area(spec, width) {
  const rows = coloured(spec);
  return frame(spec, width, {
    marks: [
      Plot.areaY(rows, { x: "x", y: "y", z: lineOf, fill: (row) => row.colour, fillOpacity: 0.35 }),
      ...lines(spec, rows, 1.5), Plot.ruleY([0], { stroke: "var(--muted)" }), tips(rows, spec),
    ],
  });
}

const STEPS = { day: "day", week: 7, month: "month" };

/** Bars that stand on a time axis, or on the bins of a number, one upon the other. */
function stack(spec, width) {
  const rows = coloured(spec);
  const order = seriesOf(spec);
  const common = { y: "y", fill: (row) => row.colour, order: (row) => order.indexOf(row.series), inset: 0.5 };
  const bars = spec.x.type === "day"
    ? Plot.rectY(rows, Plot.stackY({ ...common, x1: "x", x2: (row) => end(row.x, spec.x.step) }))
    : Plot.rectY(rows, Plot.stackY({ ...common, x1: (row) => row.x, x2: (row) => row.x2 ?? row.x + (spec.x.width ?? 1) }));
  const middle = (row) => (spec.x.type === "day" ? new Date((+row.x + +end(row.x, spec.x.step)) / 2) : (row.x + (row.x2 ?? row.x + (spec.x.width ?? 1))) / 2);
  const tops = totals(rows, spec);
  return frame(spec, width, {
    color: { type: "identity" }, y: { ticks: ticksOf(5, spec, tops.map((top) => top.y)) },
    marks: [bars, Plot.ruleY([0], { stroke: "var(--muted)" }),
      Plot.tip(tops, Plot.pointerX({ x: middle, y: "y", title: "said", fill: "var(--sheet)", stroke: "var(--muted)", fontSize: 12, textPadding: 8 }))],
  });
}

function end(start, step) {
  const unit = STEPS[step ?? "day"];
  if (unit === "month") return d3.utcMonth.offset(start, 1);
  return d3.utcDay.offset(start, unit === "day" ? 1 : unit);
}

/** Each bar as one: its height, and what it is made of in words. */
function totals(rows, spec) {
  return [...d3.group(rows, (row) => +row.x).values()].map((own) => ({
    ...own[0], y: d3.sum(own, (row) => row.y),
    said: `${span(own[0], spec)}\n${own.map((row) => `${row.series ? `${row.series}: ` : ""}${withInterval(row, spec.y)}`).join("\n")}`,
  }));
}

const span = (row, spec) => (spec.x.type === "day" ? when(row.x) + (spec.x.step && spec.x.step !== "day" ? ` (${spec.x.step})` : "") : `${figure(row.x)} to ${figure(row.x2 ?? row.x + (spec.x.width ?? 1))}`);

/** Bars of categories lie, with their names before them; others stand. */
function bars(spec, width) {
  if (spec.x.type !== "category") return stack(spec, width);
  return lying(spec, width, (rows) => [
    Plot.barX(rows, { y: "x", x: "y", fill: (row) => row.colour, insetTop: 3, insetBottom: 3 }),
    ...whiskers(rows),
    Plot.text(rows, { y: "x", x: (row) => row.high ?? row.y, text: (row) => figure(row.y, spec.y), dx: 6, textAnchor: "start", fill: "var(--ink)" }),
  ]);
}

/** Points with their intervals, one row a category; several series are set apart within a row. */
function interval(spec, width) {
  return lying(spec, width, (rows) => {
    const series = seriesOf(spec);
    return (series.length ? series : [undefined]).flatMap((name, index) => {
      const own = rows.filter((row) => row.series === name || (row.series ?? undefined) === name);
      const dy = series.length > 1 ? (index - (series.length - 1) / 2) * 11 : 0;
      return [
        ...whiskers(own, dy),
        Plot.dot(own, { y: "x", x: "y", fill: (row) => row.colour, stroke: (row) => row.colour, symbol: at(SHAPES, index), r: 4.5, dy }),
        series.length > 1 ? null : Plot.text(own, { y: "x", x: (row) => row.high ?? row.y, text: (row) => figure(row.y, spec.y), dx: 8, textAnchor: "start", fill: "var(--ink)" }),
      ];
    });
  });
}

function whiskers(rows, dy = 0) {
  const some = rows.filter(hasInterval);
  return some.length ? [Plot.ruleY(some, { y: "x", x1: "low", x2: "high", stroke: "var(--ink)", strokeOpacity: 0.75, strokeWidth: 1.5, dy })] : [];
}

/** The frame of charts whose categories stand below each other. */
function lying(spec, width, marks) {
  const rows = coloured(spec);
  const names = [...new Set(rows.map((row) => row.x))];
  const longest = d3.max(names, (name) => name.length) ?? 0;
  const left = Math.min(width * 0.42, 18 + longest * 7);
  const series = Math.max(1, seriesOf(spec).length);
  const step = spec.kind === "interval" && series > 1 ? 16 + series * 11 : 28;
  const turned = { ...spec, x: spec.y, y: { label: null }, marks: [], height: names.length * step + 64 };
  return frame(turned, width, {
    marginLeft: left, marginRight: 64, marginTop: 12, color: { type: "identity" },
    x: { grid: true, ticks: ticksOf(Math.max(2, Math.min(5, Math.floor((width - left - 64) / 60))), spec, rows.map((row) => row.y)), nice: !spec.y.domain, domain: spec.y.domain, zero: true,
      ...(spec.y.percent ? { tickFormat: (value) => `${Math.round(value * 100)}\u202f%` } : {}) },
    y: { type: "band", domain: names, label: null, grid: false, tickSize: 0, tickFormat: (name) => cut(name, left) },
    marks: [Plot.ruleX([spec.y.domain?.[0] ?? 0], { stroke: "var(--muted)" }), ...marks(rows),
      Plot.tip(rows, Plot.pointerY({ y: "x", x: "y", title: (row) => said(row, spec), fill: "var(--sheet)", stroke: "var(--muted)", fontSize: 12, textPadding: 8 }))].filter(Boolean),
  });
}

/** A name that fits: in two lines where one is too short for it, broken between words or before a dot. */
function cut(name, left) {
  const most = Math.floor((left - 14) / 6.9);
  const short = (text) => (text.length > most ? `${text.slice(0, Math.max(1, most - 1))}…` : text);
  if (name.length <= most) return name;
  const breaks = [...name.matchAll(/ |\./g)].map((found) => found.index).filter((index) => index > 0);
  const first = breaks.filter((index) => index <= most).at(-1);
  return first ? `${name.slice(0, first)}\n${short(name.slice(first).trim())}` : short(name);
}

/** Points by two numbers. */
function dots(spec, width) {
  const rows = coloured(spec);
  const own = seriesOf(spec);
  return frame(spec, width, {
    color: { type: "identity" }, symbol: { range: SHAPES, domain: own.length ? own : undefined },
    marks: [
      Plot.ruleX(rows.filter(hasInterval), { x: "x", y1: "low", y2: "high", stroke: (row) => row.colour, strokeOpacity: 0.6 }),
      Plot.dot(rows, { x: "x", y: "y", fill: (row) => row.colour, stroke: (row) => row.colour, r: 3.5, ...(own.length > 1 ? { symbol: "series" } : {}) }),
      tips(rows, spec),
    ],
  });
}

/** How often it was so, by how likely it was said to be; the diagonal is what it should be. */
function reliability(spec, width) {
  const rows = coloured(spec);
  const side = Math.min(width, 380);
  const whole = { ...spec, x: { ...spec.x, domain: [0, 1] }, y: { ...spec.y, domain: [0, 1] }, height: side };
  return frame(whole, side, {
    x: { grid: true, ticks: 5, ...(spec.x.percent ? { tickFormat: (value) => `${Math.round(value * 100)}\u202f%` } : {}) },
    r: { range: [2.5, 7] }, color: { type: "identity" },
    marks: [
      Plot.line([[0, 0], [1, 1]], { stroke: "var(--muted)", strokeDasharray: "4 4" }),
      Plot.ruleX(rows.filter(hasInterval), { x: "x", y1: "low", y2: "high", stroke: (row) => row.colour, strokeOpacity: 0.7, strokeWidth: 1.5 }),
      ...lines(spec, rows, 1.2),
      Plot.dot(rows, { x: "x", y: "y", r: "n", fill: (row) => row.colour }),
      tips(rows, spec),
    ],
  });
}

/** One small chart a facet, all with the same axes. */
function smallMultiples(spec, width) {
  const rows = prepared(spec);
  const facets = spec.facets ?? [...new Set(rows.map((row) => row.facet))];
  const x = spec.x.domain ? reach(spec) : d3.extent(rows, (row) => row.x);
  const y = spec.y.domain ?? [0, d3.max(rows, (row) => row.high ?? row.y)];
  const most = Math.max(1, Math.floor((width + 20) / ((width < NARROW ? 140 : 208) + 20)));
  const columns = Math.ceil(facets.length / Math.ceil(facets.length / most));
  const each = Math.floor((width - 20 * (columns - 1)) / columns);
  const grid = document.createElement("div");
  grid.className = "multiples";
  grid.style.gridTemplateColumns = `repeat(${columns}, minmax(0, 1fr))`;
  grid.append(...facets.map((facet) => small(spec, rows.filter((row) => row.facet === facet), facet, each, x, y)));
  return grid;
}

function small(spec, rows, facet, width, x, y) {
  const own = rows.map((row) => ({ ...row, colour: colourOf(spec, row.series) }));
  const box = document.createElement("div");
  const heading = document.createElement("h4");
  heading.append(...parts(facet));
  const one = { ...spec, x: { ...spec.x, domain: undefined, label: null }, y: { ...spec.y, domain: y, label: null }, height: spec.height ?? 140 };
  const svg = frame(one, width, {
    marginLeft: 46, marginTop: 10, marginBottom: 36, marginRight: 12,
    x: { domain: x, ticks: 2 }, y: { ticks: 3 },
    marks: [...band(spec, own), ...lines(spec, own, 1.75), tips(own, spec)],
  });
  svg.dataset.label = facet;
  box.append(heading, svg);
  return box;
}

/** A name as words that a line may end after, or before a dot; each a text of its own, as pictures draw them. */
function parts(name) {
  return name.split(/(?<= )|(?=\.)/).flatMap((part) => (part.startsWith(".") ? [document.createElement("wbr"), part] : [part]));
}

const KINDS = { line, area, bars, stack, dots, interval, reliability, small_multiples: smallMultiples };
