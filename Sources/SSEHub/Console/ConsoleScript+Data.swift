@available(SwiftSSE 1.0, *)
extension ConsoleScript {
    /// Shows an event's data.
    static let data = #"""
        /** JSON, indented and in colours; `null` for what is none. The text stays as it was sent: parsing it and
         *  writing it anew would change numbers and drop what is there twice. */
        function prettyJSON(text) {
          if (text.length > 20_000 || !/^\s*[[{]/.test(text)) return null;
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

        /** Shows an event's data, the beginning if there is much of it. */
        function makeData(text) {
          const box = make("div", "data"), parts = prettyJSON(text) ?? [["", text]];
          const whole = parts.map((part) => part[1]).join("");
          const lines = whole.split("\n").length;
          const isLong = lines > 12 || whole.length > 1200;
          const fill = (limit) => {
            box.replaceChildren();
            let rest = limit;
            for (const [kind, part] of parts) {
              if (rest <= 0) break;
              const shown = part.slice(0, rest);
              rest -= shown.length;
              // Elements for colours cost more than they tell in long data.
              box.append(kind && whole.length <= 4000 ? make("span", kind, shown) : shown);
            }
            box.classList.toggle("cut", limit !== Infinity);
          };
          if (text === "") box.classList.add("none");
          if (!isLong) {
            fill(Infinity);
            if (text === "") box.textContent = "no data";
            return [box];
          }
          fill(1200);
          const label = lines > 12 ? `Show all ${lines} lines` : `Show all ${whole.length} characters`;
          const more = make("button", "more quiet", label);
          more.type = "button";
          more.setAttribute("aria-expanded", "false");
          more.onclick = () => {
            const isCut = box.classList.contains("cut");
            fill(isCut ? Infinity : 1200);
            more.textContent = isCut ? "Show less" : label;
            more.setAttribute("aria-expanded", String(isCut));
          };
          return [box, more];
        }
        """#
}
