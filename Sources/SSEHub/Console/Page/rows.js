// Makes the rows of the list, and opens them.

/** The events of rows. */
const eventsOfRows = new WeakMap();

function makeButton(kind, text, action) {
  const button = make("button", kind, text);
  [button.type, button.dataset.action] = ["button", action];
  return button;
}

/** A row: few elements, since there may be hundreds a second. The others come when it is opened. */
function makeRow(event) {
  const row = make("li", event.isGap ? "gap" : ""), about = make("div", "about"), time = make("time");
  const pad = (number, digits = 2) => String(number).padStart(digits, "0"), at = event.time;
  time.dateTime = at.toISOString();
  time.textContent = [at.getHours(), at.getMinutes(), at.getSeconds()].map((part) => pad(part)).join(":")
    + `.${pad(at.getMilliseconds(), 3)}`;
  about.append(time);
  if (event.type !== "message") about.append(make("span", "type", event.type));
  const labels = make("span", "labels");
  labels.append(...makeLabels(event));
  const id = make("span", "id", event.id);
  id.title = event.id;
  about.append(labels, id);
  event.row = row;
  eventsOfRows.set(row, event);
  if (event.isGap) {
    row.append(about, make("div", "data", `Events are missing here (${event.data}).`));
    return row;
  }
  const open = makeButton("open quiet", "", "open");
  open.setAttribute("aria-label", "Details");
  open.setAttribute("aria-expanded", "false");
  about.append(open);
  row.append(about, makeLine(event.data));
  return row;
}

/** What is known of an event beyond itself. */
function makeLabels(event) {
  const labels = [...event.labels].slice(0, 20).map((topic) => makeButton("topic", topic, "topic"));
  if (event.hasMoreTopics || event.labels.size > 20) labels.push(make("span", "note", "and more"));
  if (event.isPrivate) labels.unshift(make("span", "private", "private"));
  return labels;
}

/** Shows all of an event, or a line of it again. */
function toggle(row, event) {
  const isOpen = !row.classList.toggle("opened");
  row.querySelector(".open").setAttribute("aria-expanded", String(!isOpen));
  while (row.children.length > 1) row.lastChild.remove();
  if (isOpen) return row.append(makeLine(event.data));
  const actions = make("div", "actions");
  actions.append(makeButton("second", "Copy data", "copy"), makeButton("second", "Copy as curl", "curl"));
  row.append(actions, ...makeWhole(event.data));
}

find("#events").onclick = ({ target }) => {
  const row = target.closest("li"), event = eventsOfRows.get(row);
  if (!event || event.isGap) return;
  const button = target.closest("button");
  switch (button?.dataset.action) {
    case "open": return toggle(row, event);
    case "topic": return list.narrow(list.topic === button.textContent ? null : button.textContent);
    case "copy": return copy(event.data, button);
    case "curl": return copy(curlToPublish(event), button);
  }
  // A line that is cut opens by itself, unless somebody marks text.
  if (target.closest(".cut") && getSelection().isCollapsed) toggle(row, event);
};
