// Shows an event's data: a line of it at first, all of it when it is opened.

/** JSON, indented and in colours; `null` for what is none. The text stays as it was sent: parsing it and
 *  writing it anew would change numbers and drop what is there twice. */
function prettyJSON(text) {
  if (text.length > 200_000 || !/^\s*[[{]/.test(text)) return null;
  try { JSON.parse(text); } catch { return null; }
  const tokens = text.match(/"(?:[^"\\]|\\.)*"|[[\]{},:]|[^\s[\]{},:"]+/g);
  const parts = [], isShort = tokens.join("").length <= 72;
  let depth = 0;
  const breakLine = (space = "") => parts.push(["", isShort ? space : "\n" + "  ".repeat(Math.min(depth, 20))]);
  tokens.forEach((token, index) => {
    const before = tokens[index - 1], after = tokens[index + 1];
    if ("[{".includes(token)) {
      depth += 1;
      parts.push(["", token]);
      if (!"]}".includes(after)) breakLine();
    } else if ("]}".includes(token)) {
      depth -= 1;
      if (!"[{".includes(before)) breakLine();
      parts.push(["", token]);
    } else if (token === ",") {
      parts.push(["", ","]);
      breakLine(" ");
    } else if (token === ":") parts.push(["", ": "]);
    else parts.push([token[0] !== '"' ? "value" : after === ":" ? "key" : "string", token]);
  });
  return parts;
}

/** The most characters and lines that are shown as they are, and the characters of the line that stands for more. */
const mostAtOnce = 120, mostLines = 3, mostInLine = 200;

/** Short data, or a line of what is long: plain text, since events may come by the hundred a second. */
function makeLine(text) {
  if (text === "") return make("div", "data none", "no data");
  const isCut = text.length > mostAtOnce || text.split("\n", mostLines + 1).length > mostLines;
  return make("div", isCut ? "data cut" : "data", text.slice(0, mostInLine));
}

/** All of the data, the beginning if there is very much of it. */
function makeWhole(text) {
  const box = make("div", "data whole"), parts = prettyJSON(text) ?? [["", text]], most = 50_000;
  const whole = parts.map((part) => part[1]).join("");
  const fill = (limit) => {
    box.replaceChildren();
    let rest = limit;
    for (const [kind, part] of parts) {
      if (rest <= 0) break;
      const shown = part.slice(0, rest);
      rest -= shown.length;
      // Elements for colours cost more than they tell in long data.
      box.append(kind && whole.length <= 20_000 ? make("span", kind, shown) : shown);
    }
  };
  fill(most);
  if (text === "") box.append("no data");
  if (whole.length <= most) return [box];
  const more = makeButton("quiet", `Show all ${whole.length.toLocaleString("en")} characters`, "all");
  more.onclick = () => { fill(Infinity); more.remove(); };
  return [box, more];
}
