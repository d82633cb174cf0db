// Light or dark: as the system has it until a person chooses; the choice stays in this browser alone.
(() => {
  const KEY = "theme";
  const CHOICES = ["auto", "light", "dark"];
  const SAID = { auto: "Theme: Auto, as the system has it", light: "Theme: Light", dark: "Theme: Dark" };
  const root = document.documentElement;
  root.classList.add("scripted");

  function stored() {
    try {
      const found = localStorage.getItem(KEY);
      return CHOICES.includes(found) ? found : "auto";
    } catch {
      return "auto";
    }
  }

  function remember(choice) {
    try {
      if (choice === "auto") localStorage.removeItem(KEY);
      else localStorage.setItem(KEY, choice);
    } catch {
      // Without storage the choice holds for this page.
    }
  }

  function apply(choice) {
    if (choice === "auto") delete root.dataset.theme;
    else root.dataset.theme = choice;
  }

  function label(button, choice) {
    button.textContent = { auto: "Auto", light: "Light", dark: "Dark" }[choice];
    button.title = SAID[choice];
    button.setAttribute("aria-label", `${SAID[choice]}; change`);
  }

  apply(stored());
  document.addEventListener("DOMContentLoaded", () => {
    const button = document.getElementById("theme");
    if (!button) return;
    let choice = stored();
    label(button, choice);
    button.hidden = false;
    button.addEventListener("click", () => {
      choice = CHOICES[(CHOICES.indexOf(choice) + 1) % CHOICES.length];
      apply(choice);
      remember(choice);
      label(button, choice);
    });
  });
})();
