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

export function leaveFor(address) {
  location.assign(new URL(address, document.baseURI));
}

// Keys that are typed into something belong to it, Enter to what it presses, and all of them to an open dialog.
const typed = "input:not([type=radio], [type=checkbox]), textarea, select, [contenteditable], [role=listbox], [role=menu]";
const isTaken = (element, key) => Boolean(element?.closest(typed) || (key === "Enter" && element?.closest("a, button, summary")) || document.querySelector("[role=dialog]"));

export function listenToKeys(target) {
  const onKey = event => {
    if (event.repeat || event.ctrlKey || event.metaKey || event.altKey || isTaken(document.activeElement, event.key)) {
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

// A circuit that cannot be joined again is gone for good, and so is what the page showed: loaded anew it is there, or asks to sign in.
document.getElementById("components-reconnect-modal")?.addEventListener("components-reconnect-state-changed", event => {
  if (event.detail.state === "rejected" || event.detail.state === "failed") {
    location.reload();
  }
});
