// Copies data, and commands that do the same from a terminal.

/** A text as a shell takes it for one word. */
const quoted = (text) => `'${text.replaceAll("'", "'\\''")}'`;

/** A command for the hub. The token stays here: the command has the name of a variable. */
const command = (options, fields) => [
  `curl ${options}${quoted(hub)}`,
  ...(subscription.token ? ['-H "Authorization: Bearer $TOKEN"'] : []),
  ...fields.map(([name, value]) => `--data-urlencode ${quoted(`${name}=${value}`)}`),
].join(" \\\n  ");

/** Subscribes to what the page is subscribed to. */
const curlToSubscribe = () =>
  command("-N -G ", subscription.selectors.map((selector) => ["{matcher}", selector]));

/** Publishes the same as an event. */
function curlToPublish({ labels, isPrivate, type, id, data }) {
  const fields = [...(labels.size ? labels : ["…"])].map((topic) => ["topic", topic]);
  if (isPrivate) fields.push(["private", "on"]);
  if (type !== "message") fields.push(["type", type]);
  // An id with this sign is the hub's own, which gives each event another one.
  if (id && !id.startsWith("#")) fields.push(["id", id]);
  return command("", [...fields, ["data", data]]);
}

/** Puts a text on the clipboard, and says so on the button. */
async function copy(text, button) {
  const label = button.textContent;
  let isDone = true;
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    isDone = copyBySelection(text);
    button.focus();
  }
  button.textContent = find("#copied").textContent = isDone ? "Copied" : "Not copied";
  setTimeout(() => {
    button.textContent = label;
    find("#copied").textContent = "";
  }, 1500);
}

/** The way that is left to pages which came neither over TLS nor from this machine. */
function copyBySelection(text) {
  const field = make("textarea", "aside");
  field.value = text;
  document.body.append(field);
  field.select();
  try { return document.execCommand("copy"); } catch { return false; } finally { field.remove(); }
}
