// What a page adds to every request that changes something: the token of the browser's session.
const meta = document.querySelector('meta[name="csrf-token"]');

/** The headers, with the token where the browser is signed in. */
export function guarded(headers = {}) {
  return meta ? { ...headers, "X-CSRF-Token": meta.content } : headers;
}
