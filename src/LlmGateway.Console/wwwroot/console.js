// What the console does in the browser beside Blazor. Nothing here knows a key or keeps what pages show.
const darkName = "llmgateway-dark";

export function isDark() {
  const chosen = localStorage.getItem(darkName);
  return chosen === null ? matchMedia("(prefers-color-scheme: dark)").matches : chosen === "true";
}

export function rememberDark(dark) {
  localStorage.setItem(darkName, String(dark));
}

export function copy(text) {
  return navigator.clipboard.writeText(text);
}

// Keys that are typed into something belong to it.
const isTyping = element => element?.closest("input, textarea, select, [contenteditable], [role=listbox], [role=menu]") !== null && element !== null;

export function listenToKeys(target) {
  const onKey = event => {
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(document.activeElement)) {
      return;
    }

    target.invokeMethodAsync("OnKeyAsync", event.key);
  };
  document.addEventListener("keydown", onKey);
  return { end: () => document.removeEventListener("keydown", onKey) };
}

// Whether anybody sees the page: what it asks for again and again can wait until then.
export function listenToSight(target) {
  const onChange = () => target.invokeMethodAsync("OnSeenAsync", document.visibilityState === "visible");
  document.addEventListener("visibilitychange", onChange);
  return { end: () => document.removeEventListener("visibilitychange", onChange) };
}
