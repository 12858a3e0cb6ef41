import Testing

/// Keeps the table of the article "Coming from Hertz" and the tests that compile its rows together.
@Suite
struct ComingFromHertzArticleTests {
    @Test
    func `Each row has a test of its name, with its code in it`() throws {
        let rows = try Self.rows()
        let tests = try Self.tests()
        #expect(rows.count >= 30)
        for row in rows {
            let test = try #require(tests[row.name], "no test is named '\(row.name)'")
            for code in row.code {
                #expect(
                    Self.withoutSpace(test).contains(Self.withoutSpace(code)),
                    "the test '\(row.name)' has no `\(code)`"
                )
            }
        }
    }

    @Test
    func `Each test has a row`() throws {
        let names = Set(try Self.rows().map(\.name))
        #expect(Set(try Self.tests().keys) == names)
    }

    private struct Row {
        let name: String
        let code: [String]
    }

    /// The rows of the article's tables: what stands in backticks in the first and the second column.
    private static func rows() throws -> [Row] {
        let article = try Repository.text(of: "Sources/ServerSentEvents/Documentation.docc/ComingFromHertz.md")
        return article.split(separator: "\n").compactMap { line in
            guard line.hasPrefix("| `") else { return nil }
            let columns = line.split(separator: " | ", maxSplits: 2).map { self.code(in: $0) }
            guard columns.count == 3, let name = columns[0].first else { return nil }
            return Row(name: name, code: columns[1])
        }
    }

    /// Where a line is broken is not what matters.
    private static func withoutSpace(_ text: String) -> String {
        text.filter { !$0.isWhitespace }
    }

    private static func code(in column: Substring) -> [String] {
        column.split(separator: "`", omittingEmptySubsequences: false).enumerated()
            .filter { !$0.offset.isMultiple(of: 2) }
            .map { String($0.element) }
    }

    /// The source of each test in this directory, by its name.
    private static func tests() throws -> [String: String] {
        var tests: [String: String] = [:]
        for part in ["Server", "Client", "Request"] {
            let path = "Tests/DocumentationTests/ComingFromHertz/ComingFromHertz\(part)Tests.swift"
            for test in try Repository.text(of: path).split(separator: "func `").dropFirst() {
                let name = test.prefix { $0 != "`" }
                tests[String(name)] = String(test)
            }
        }
        return tests
    }
}
