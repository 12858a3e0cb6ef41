import Foundation
import Logging
import SSETestSupport
import Testing

@testable import SSEHub

/// What lines of a log look like, whatever is in them.
struct LineLogHandlerTests {
    @available(SwiftSSE 1.0, *)
    private static func lines(
        _ format: LogFormat,
        isColored: Bool = false,
        level: Logger.Level = .info,
        provider: Logger.MetadataProvider? = nil,
        _ body: (inout Logger) -> Void
    ) -> [String] {
        let lines = Log<String>()
        var logger = Logger(label: "hub") { label in
            LineLogHandler(
                label: label,
                format: format,
                level: level,
                isColored: isColored,
                metadataProvider: provider,
                now: { LogTime(secondsSince1970: 1_764_113_665, milliseconds: 7) },
                write: { lines.append($0) }
            )
        }
        body(&logger)
        return lines.entries
    }

    @available(SwiftSSE 1.0, *)
    @Test func `Text has the time, the level, the message and sorted metadata`() {
        let lines = Self.lines(.text) { logger in
            logger[metadataKey: "z"] = "logger's"
            logger.info("Listening", metadata: ["port": .stringConvertible(8888), "host": "::1", "a": "two words"])
            logger.warning("Plain")
            logger.debug("Not written")
        }
        #expect(
            lines == [
                "2025-11-25T23:34:25.007Z INFO     Listening a=\"two words\" host=::1 port=8888 z=logger's\n",
                "2025-11-25T23:34:25.007Z WARNING  Plain z=logger's\n",
            ]
        )
    }

    @available(SwiftSSE 1.0, *)
    @Test func `JSON has numbers as numbers and nested values as such, and can be read back`() throws {
        let provider = Logger.MetadataProvider { ["trace": "abc"] }
        let lines = Self.lines(.json, provider: provider) { logger in
            logger.info(
                "Request",
                metadata: [
                    "bytes": .stringConvertible(12), "seconds": .stringConvertible(0.5), "path": "/a\"b\\",
                    "flag": .stringConvertible(true), "list": ["x", ["y": "z"]],
                    "bad": .stringConvertible(Double.infinity),
                ]
            )
        }
        #expect(
            lines == [
                #"{"time":"2025-11-25T23:34:25.007Z","level":"info","label":"hub","message":"Request","metadata":"#
                    + #"{"bad":"inf","bytes":12,"flag":true,"list":["x",{"y":"z"}],"path":"/a\"b\\","seconds":0.5,"#
                    + #""trace":"abc"}}"# + "\n"
            ]
        )
        let object = try JSONSerialization.jsonObject(with: Data(lines[0].utf8)) as? [String: Any]
        #expect((object?["metadata"] as? [String: Any])?["path"] as? String == "/a\"b\\")
    }

    @available(SwiftSSE 1.0, *)
    @Test(arguments: LogFormat.allCases)
    func `Nothing in a message, a name or a value begins a line or moves a cursor`(format: LogFormat) throws {
        let evil = "a\r\nINFO fake\u{1B}[2J\u{2028}\u{202E}\u{0}\u{85}\u{7F}\t\u{FEFF}\"}"
        let lines = Self.lines(format) { logger in
            logger.info("\(evil)", metadata: ["\(evil)": "\(evil)", "list": [.string(evil)]])
        }
        #expect(lines.count == 1)
        let line = try #require(lines.first)
        let unsafe = line.unicodeScalars.dropLast().filter { scalar in
            [.control, .format, .lineSeparator, .paragraphSeparator].contains(scalar.properties.generalCategory)
        }
        #expect(unsafe.isEmpty && line.unicodeScalars.last == "\n")
        if format == .json {
            let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
            #expect(object?["message"] as? String == evil)
            #expect((object?["metadata"] as? [String: Any])?[evil] as? String == evil)
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test func `A value that looks like something else stands in quotation marks, and a long one is cut`() {
        let lines = Self.lines(.text) { logger in
            logger.info("x", metadata: ["a": "1 b=2", "c": "", "d": "say \"hi\""])
            logger.info("x", metadata: ["a": "\(String(repeating: "é", count: 5000))"])
        }
        #expect(lines[0].hasSuffix("x a=\"1 b=2\" c=\"\" d=\"say \\\"hi\\\"\"\n"))
        #expect(lines[1].unicodeScalars.count { $0 == "é" } == 4096)
        #expect(lines[1].hasSuffix("é…\n"))
    }

    @available(SwiftSSE 1.0, *)
    @Test func `Colours are around what we write ourselves, and only where they are asked for`() {
        let colored = Self.lines(.text, isColored: true) { $0.error("Trouble", metadata: ["a": "b"]) }
        #expect(colored[0].contains("\u{1B}[1;31mERROR   \u{1B}[0m Trouble"))
        let plain = Self.lines(.text) { $0.error("Trouble", metadata: ["a": "b"]) }
        #expect(!plain[0].contains("\u{1B}"))
        let json = Self.lines(.json, isColored: true) { $0.error("Trouble") }
        #expect(!json[0].contains("\u{1B}"))
    }

    @available(SwiftSSE 1.0, *)
    @Test(arguments: [
        (0, 0, "1970-01-01T00:00:00.000Z"), (951_782_400, 999, "2000-02-29T00:00:00.999Z"),
        (4_102_444_799, 50, "2099-12-31T23:59:59.050Z"),
    ])
    func `Times are in UTC`(seconds: Int, milliseconds: Int, text: String) {
        #expect(LogTime(secondsSince1970: seconds, milliseconds: milliseconds).description == text)
    }
}
