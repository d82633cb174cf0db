// How series are told apart: by colour, and always by a shape or a dash as well.
export const COLOURS = ["var(--c1)", "var(--c2)", "var(--c3)", "var(--c4)", "var(--c5)", "var(--c6)", "var(--c7)", "var(--c8)"];
export const SHAPES = ["circle", "square", "triangle", "diamond", "times", "star", "plus", "wye"];
export const DASHES = ["none", "6 3", "2 2", "8 2 2 2", "12 3", "1 3", "4 4", "10 2 1 2"];

/** The series of a spec, in the order in which they are told. */
export function seriesOf(spec) {
  return spec.color?.domain ?? [...new Set(spec.rows.map((row) => row.series).filter((name) => name !== undefined && name !== null))];
}

export const at = (list, index) => list[index % list.length];
/** The colour of a series by its place; a spec may name colours of its own. */
export const colourAt = (spec, index) => (spec.color?.range ? `var(--${at(spec.color.range, index)})` : at(COLOURS, index));
export const colourOf = (spec, series) => colourAt(spec, Math.max(0, seriesOf(spec).indexOf(series)));

const whole = new Intl.NumberFormat("en");
/** A number as the tables write it. */
export function figure(value, axis = {}) {
  if (value === null || value === undefined) return "–";
  if (axis.percent) return `${(value * 100).toFixed(1)}\u202f%`;
  return Number.isInteger(value) ? whole.format(value) : value.toFixed(2);
}

/** A value with its interval, if it has one. */
export const withInterval = (row, axis) =>
  row.low === undefined || row.low === null ? figure(row.y, axis) : `${figure(row.y, axis)} (${figure(row.low, axis)} to ${figure(row.high, axis)})`;
