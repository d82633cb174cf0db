// What all pages of the dashboard do besides showing: say when something was loaded, or was not.
const said = document.getElementById("said");
const say = (text) => { said.textContent = text; };

document.addEventListener("htmx:before:request", () => say("Loading …"));
document.addEventListener("htmx:after:swap", ({ detail }) => {
  if (detail?.ctx?.target?.id !== "main") return;
  say("The page shows the new view.");
  document.getElementById("main")?.focus({ preventScroll: true });
});
document.addEventListener("htmx:error", () => {
  say("The service did not answer.");
  const main = document.getElementById("main");
  if (!main || main.querySelector("#no-answer")) return;
  const box = document.createElement("div");
  box.id = "no-answer";
  box.className = "problem";
  box.setAttribute("role", "alert");
  const text = document.createElement("p");
  text.textContent = "The service did not answer. What is shown is the view before; try again.";
  box.append(text);
  main.prepend(box);
});
