// Publishes what is in the form.

/** What a failure to reach the hub is called. */
const unreachable = "The hub cannot be reached.";

find("#publish").onsubmit = async (event) => {
  event.preventDefault();
  const value = (name) => find(`#publish-${name}`).value, answer = find("#answer");
  const topics = value("topics").split("\n").map((topic) => topic.trim()).filter(Boolean);
  const body = new URLSearchParams(topics.map((topic) => ["topic", topic]));
  body.append("data", value("data"));
  for (const name of ["type", "id", "retry"]) if (value(name)) body.append(name, value(name));
  const isPrivate = find("#publish-private").checked;
  if (isPrivate) body.append("private", "on");
  const token = value("token").trim() || subscription.token;
  const headers = token ? { Authorization: headerText(`Bearer ${token}`) } : {};
  const tell = (text, isBad) => {
    [answer.textContent, answer.className] = [text, isBad ? "bad" : "good"];
  };
  tell("Publishing…", false);
  try {
    const response = await fetch(hub, { method: "POST", body, headers });
    const text = await response.text();
    if (!response.ok) return tell(new Refusal(response, text).message, true);
    list.noteAll(text, topics, isPrivate);
    tell(`Published as ${text}`, false);
  } catch {
    tell(unreachable, true);
  }
};
// The keys that send a message elsewhere: Enter alone makes a line.
find("#publish").onkeydown = (event) => {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
  event.preventDefault();
  find("#publish").requestSubmit();
};
