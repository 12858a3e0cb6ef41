// Makes keys shortcuts, and starts the page.

const focusOn = (selector) => {
  const element = find(selector), details = element.closest("details");
  if (details) details.open = true;
  element.focus();
};
const shortcuts = {
  "/": () => focusOn("#filter"),
  p: () => list.pause(!list.isPaused),
  c: () => list.clear(),
  e: () => focusOn("#events"),
  t: () => focusOn("#selector"),
  n: () => focusOn("#publish-data"),
  "?": () => find("#shortcuts").showModal(),
};
find("#help").onclick = shortcuts["?"];
document.addEventListener("keydown", (event) => {
  const isField = event.target.matches("input:not([type=checkbox]), textarea");
  if (event.key === "Escape" && isField) {
    if (event.target.id === "filter" && event.target.value) return;
    event.target.blur();
  }
  const action = Object.hasOwn(shortcuts, event.key) ? shortcuts[event.key] : null;
  if (!action || isField || event.ctrlKey || event.metaKey || event.altKey || find("#shortcuts").open) return;
  if (!find("#keys").checked) return;
  event.preventDefault();
  action();
});

// On a phone the events come first, and what is needed now and then is folded.
if (matchMedia("(max-width: 54rem)").matches) {
  document.querySelectorAll("details").forEach((part) => { part.open = false; });
}
list.tell();
traffic.tick();
subscription.update();
subscribers.ask();
setInterval(() => { traffic.tick(); subscription.tick(); }, 1000);
