import Foundation
import SSEHub
import SSETestSupport
import Testing

/// The colours of the console, which are readable in the light and in the dark.
@Suite(.timeLimit(.minutes(3)))
struct ConsolePaletteTests {
    /// A theme, by its place in `light-dark(…, …)`.
    enum Theme: Int, CaseIterable { case light, dark }

    /// A colour of sRGB.
    struct Colour {
        let channels: [Double]

        init?(_ text: Substring) {
            let digits = text.dropFirst()
            guard text.hasPrefix("#"), digits.count == 3 || digits.count == 6 else { return nil }
            let width = digits.count / 3
            self.channels = stride(from: 0, to: digits.count, by: width).compactMap { offset in
                let part = digits.dropFirst(offset).prefix(width)
                return Int(width == 1 ? part + part : part, radix: 16).map { Double($0) / 255 }
            }
            guard self.channels.count == 3 else { return nil }
        }

        /// WCAG 2.2, “relative luminance”.
        var luminance: Double {
            zip(self.channels, [0.2126, 0.7152, 0.0722]).reduce(0) { sum, part in
                let (channel, weight) = part
                return sum + weight * (channel <= 0.04045 ? channel / 12.92 : pow((channel + 0.055) / 1.055, 2.4))
            }
        }

        /// WCAG 2.2, “contrast ratio”.
        func contrast(to other: Colour) -> Double {
            let (one, two) = (self.luminance, other.luminance)
            return (max(one, two) + 0.05) / (min(one, two) + 0.05)
        }
    }

    @available(SwiftSSE 1.0, *)
    private static func style() async throws -> Substring {
        let log = Log<String>()
        try await withHub { hub in
            log.append(try await hub.exchange("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n").body)
        }
        let page = try #require(await log.next())
        return try #require(page.firstMatch(of: /<style[^>]*>([\s\S]*?)<\/style>/)?.output.1)
    }

    private static func palette(_ style: Substring) -> [Theme: [Substring: Colour]] {
        var palette: [Theme: [Substring: Colour]] = [:]
        for match in style.matches(of: /--([a-z-]+): light-dark\((#[0-9a-f]+), (#[0-9a-f]+)\);/) {
            let (_, name, light, dark) = match.output
            for (theme, text) in [(Theme.light, light), (.dark, dark)] {
                palette[theme, default: [:]][name] = Colour(text)
            }
        }
        return palette
    }

    /// What stands on what, by the names of colours.
    private static let texts: [(text: Substring, grounds: [Substring])] = [
        ("text", ["page", "card", "field"]), ("dim", ["page", "card", "field"]), ("accent", ["card", "accent-tint"]),
        ("card", ["accent", "text"]), ("on-button", ["button", "button-hover"]), ("good", ["card"]),
        ("bad", ["card", "bad-tint"]),
        ("warn", ["card", "warn-tint"]), ("type", ["card"]), ("key", ["card"]), ("string", ["card"]),
        ("value", ["card"]),
        ("text", ["warn-tint"]), ("dim", ["warn-tint", "accent-tint"]), ("type", ["accent-tint"]),
    ]

    @available(SwiftSSE 1.0, *)
    @Test func `All text has a contrast of 4.5 at least, and edges of fields one of 3`() async throws {
        let palette = Self.palette(try await Self.style())
        for theme in Theme.allCases {
            let colours = try #require(palette[theme])
            for (text, grounds) in Self.texts {
                let colour = try #require(colours[text], "--\(text)")
                for ground in grounds {
                    let ratio = colour.contrast(to: try #require(colours[ground], "--\(ground)"))
                    #expect(ratio >= 4.5, "\(theme): --\(text) on --\(ground) has \(ratio)")
                }
            }
            for (mark, ground) in [("edge", "field"), ("edge", "card"), ("accent", "card"), ("accent", "page")] {
                let one = try #require(colours[Substring(mark)]), other = try #require(colours[Substring(ground)])
                #expect(one.contrast(to: other) >= 3, "\(theme): --\(mark) on --\(ground)")
            }
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test func `Colours are named in one place, text is not made paler, and accents do not look like errors`()
        async throws
    {
        let style = try await Self.style()
        let rules = try #require(style.firstRange(of: "}")).upperBound
        #expect(style[rules...].matches(of: /:[^;{}]*(#[0-9a-f]{3,8}\b|rgb|hsl|light-dark)/).isEmpty)
        // Of the area below the line of rates alone, which is not text, and of what has to be set back.
        #expect(style.matches(of: /opacity: ([0-9.]+)/).map(\.output.1) == [".14", "1"])
        let used = Set(style.matches(of: /[\s{;]color: var\(--([a-z-]+)\)/).map(\.output.1))
        #expect(used.subtracting(Self.texts.map(\.text)).subtracting(["line"]) == [])
        for (theme, colours) in Self.palette(style) {
            let accent = try #require(colours["accent"]).channels, bad = try #require(colours["bad"]).channels
            // Blue against red.
            #expect(accent[2] > accent[0] && bad[0] > bad[2], "\(theme)")
        }
    }
}
