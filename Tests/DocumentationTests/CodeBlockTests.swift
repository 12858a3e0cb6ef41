import Testing

/// Keeps the code in the README and in the articles compiled.
@Suite
struct CodeBlockTests {
    private struct Source {
        let imports: Set<Substring>
        let text: String
    }

    @Test
    func `Each block of Swift stands in a sample that is compiled, with the same imports`() throws {
        let samples = try Repository.paths(below: "Tests/DocumentationTests/Samples", extension: "swift").map { path in
            let lines = try Repository.text(of: path).split(separator: "\n", omittingEmptySubsequences: false)
            return CodeBlock(path: path, lineNumber: 1, lines: lines)
        }
        let sources = samples.map { Source(imports: $0.imports, text: $0.statements) }
        let blocks = try Self.documents().flatMap { try CodeBlock.blocks(in: $0, language: "swift") }
        #expect(blocks.count >= 15)
        for block in blocks {
            #expect(
                sources.contains { $0.text.contains(block.statements) && $0.imports.isSuperset(of: block.imports) },
                "no sample has the code at \(block)"
            )
        }
    }

    @Test
    func `The lines for a manifest name traits and products that there are`() throws {
        let manifest = try Repository.text(of: "Package.swift").replacing(/,\s+/, with: ", ")
        let blocks = try Self.documents().flatMap { try CodeBlock.blocks(in: $0, language: "swift manifest") }
        #expect(!blocks.isEmpty)
        for block in blocks {
            for line in block.lines {
                if let list = line.firstMatch(of: /traits: \[(.*)\]/) {
                    for trait in list.1.matches(of: /"([^"]+)"/) {
                        #expect(manifest.contains("name: \"\(trait.1)\", description:"), "\(block)")
                    }
                } else {
                    let product = try #require(line.firstMatch(of: /product\(name: "([^"]+)", package: "swift-sse"\)/))
                    let libraries = try #require(manifest.firstMatch(of: /let libraries = \[([^\]]*)\]/))
                    #expect(libraries.1.contains("\"\(product.1)\""), "\(block)")
                }
            }
        }
    }

    private static func documents() throws -> [String] {
        try ["README.md"] + Repository.paths(below: "Sources", extension: "md")
    }
}
