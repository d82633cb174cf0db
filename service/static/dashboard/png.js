// A chart as a picture: heading, unit and drawing on the colours of the page, made in the browser.
const SCALE = 2;
const MARGIN = 24;

/** Save the drawings of a figure as one PNG. */
export async function savePng(figure, button) {
  const title = figure.querySelector("h2, h3, h4").textContent;
  button.disabled = true;
  try {
    const canvas = await picture(figure, title);
    const link = document.createElement("a");
    link.download = `${figure.id}.png`;
    link.href = canvas.toDataURL("image/png");
    link.click();
  } finally {
    button.disabled = false;
  }
}

async function picture(figure, title) {
  const plot = figure.querySelector(".plot");
  const box = plot.getBoundingClientRect();
  const words = [...figure.querySelectorAll(".unit, .note")].map((one) => one.textContent);
  const canvas = document.createElement("canvas");
  const pen = canvas.getContext("2d");
  const look = getComputedStyle(figure);
  const wide = box.width + 2 * MARGIN;
  pen.font = `13px ${look.fontFamily}`;
  const lines = words.flatMap((text) => wrapped(pen, text, box.width));
  const top = MARGIN + 26 + lines.length * 18 + 10;
  canvas.width = wide * SCALE;
  canvas.height = (top + box.height + MARGIN) * SCALE;
  pen.scale(SCALE, SCALE);
  pen.fillStyle = look.backgroundColor;
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.fillStyle = look.color;
  pen.font = `600 19px ${getComputedStyle(figure.querySelector("h2, h3, h4")).fontFamily}`;
  pen.fillText(title, MARGIN, MARGIN + 16, box.width);
  pen.font = `13px ${look.fontFamily}`;
  lines.forEach((text, index) => pen.fillText(text, MARGIN, MARGIN + 40 + index * 18));
  for (const part of plot.querySelectorAll("svg")) await paint(pen, part, box, top);
  for (const part of plot.querySelectorAll("h4, .key li")) write(pen, part, box, top);
  return canvas;
}

function wrapped(pen, text, width) {
  const lines = [""];
  for (const word of text.split(/\s+/)) {
    const longer = `${lines.at(-1)} ${word}`.trim();
    if (pen.measureText(longer).width <= width || !lines.at(-1)) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}

async function paint(pen, svg, box, top) {
  const at = svg.getBoundingClientRect();
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(standalone(svg))}`;
  await image.decode();
  pen.drawImage(image, MARGIN + at.left - box.left, top + at.top - box.top, at.width, at.height);
}

/** Write the texts of an element, each where it stands, so that a broken line is broken in the picture, too. */
function write(pen, part, box, top) {
  const look = getComputedStyle(part);
  pen.font = `${look.fontWeight} ${look.fontSize} ${look.fontFamily}`;
  pen.fillStyle = look.color;
  for (const text of [...part.childNodes].filter((node) => node.nodeType === Node.TEXT_NODE)) {
    const range = document.createRange();
    range.selectNodeContents(text);
    const at = range.getBoundingClientRect();
    pen.fillText(text.data, MARGIN + at.left - box.left, top + at.top - box.top + at.height * 0.78);
  }
}

/** The drawing as a document of its own: with colours and fonts in place of what the page's style says. */
function standalone(svg) {
  const copy = svg.cloneNode(true);
  const look = getComputedStyle(svg);
  copy.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  copy.setAttribute("color", look.color);
  copy.setAttribute("font-family", look.fontFamily);
  copy.setAttribute("font-size", look.fontSize);
  copy.removeAttribute("style");
  for (const sheet of copy.querySelectorAll("style")) sheet.remove();
  const probe = document.createElement("i");
  svg.parentElement.append(probe);
  for (const node of copy.querySelectorAll("*")) {
    for (const name of ["fill", "stroke"]) {
      const value = node.getAttribute(name) ?? "";
      if (!value.includes("var(")) continue;
      probe.style.color = value;
      node.setAttribute(name, getComputedStyle(probe).color);
    }
  }
  probe.remove();
  return new XMLSerializer().serializeToString(copy);
}
