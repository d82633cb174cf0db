// Follows the demo while it is put in or taken out: asks how far it is, and shows the page anew at the end.
const box = document.querySelector(".demo-state[data-state]");
const EVERY = 700;
let failures = 0;

async function follow() {
  try {
    const answer = await fetch(box.dataset.state, { headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error(String(answer.status));
    const state = await answer.json();
    failures = 0;
    document.getElementById("demo-kept").textContent = state.kept;
    const bar = box.querySelector("progress");
    if (bar) bar.value = state.kept;
    if (!state.running) return location.reload();
  } catch (error) {
    failures += 1;
    if (failures > 20) return undefined;
  }
  return setTimeout(follow, EVERY);
}

if (box) setTimeout(follow, EVERY);
