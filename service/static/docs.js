// Starts the API viewer; everything it needs is served from here.
const dark = window.matchMedia("(prefers-color-scheme: dark)");
const root = document.documentElement;
function follow() {
  root.classList.toggle("dark-mode", root.dataset.theme ? root.dataset.theme === "dark" : dark.matches);
}
dark.addEventListener("change", follow);
new MutationObserver(follow).observe(root, { attributeFilter: ["data-theme"] });
follow();

const token = document.querySelector('meta[name="csrf-token"]')?.content;
const place = document.getElementById("docs");
SwaggerUIBundle({
  url: place.dataset.spec,
  domNode: place,
  deepLinking: true,
  validatorUrl: null,
  displayRequestDuration: true,
  defaultModelsExpandDepth: 0,
  syntaxHighlight: { activated: false },
  requestInterceptor: (request) => {
    if (token) request.headers["X-CSRF-Token"] = token;
    return request;
  },
});
