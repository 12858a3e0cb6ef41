/// A block of code in a Markdown file.
struct CodeBlock: CustomStringConvertible {
    let path: String
    let lineNumber: Int
    let lines: [Substring]

    var description: String { "\(self.path):\(self.lineNumber)" }

    /// The modules that the code imports.
    var imports: Set<Substring> {
        Set(self.lines.filter { $0.hasPrefix("import ") }.map { $0.dropFirst("import ".count) })
    }

    /// The code without imports and indentation.
    var statements: String {
        Self.normalized(self.lines.filter { !$0.hasPrefix("import ") })
    }

    /// Lines without their indentation and without the empty ones at the end and the beginning.
    static func normalized(_ lines: [Substring]) -> String {
        let lines = lines.map { $0.drop { $0 == " " } }
        let begin = lines.drop { $0.isEmpty }
        let count = begin.count - begin.reversed().prefix { $0.isEmpty }.count
        return begin.prefix(count).joined(separator: "\n")
    }

    /// The blocks of a Markdown file that are fenced with this language.
    static func blocks(in path: String, language: String) throws -> [CodeBlock] {
        var blocks: [CodeBlock] = []
        var block: (language: Substring, lineNumber: Int, lines: [Substring])?
        let text = try Repository.text(of: path)
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            if !line.hasPrefix("```") {
                block?.lines.append(line)
            } else if let finished = block {
                if finished.language == language {
                    blocks.append(CodeBlock(path: path, lineNumber: finished.lineNumber, lines: finished.lines))
                }
                block = nil
            } else {
                block = (line.dropFirst(3), index + 1, [])
            }
        }
        return blocks
    }
}
