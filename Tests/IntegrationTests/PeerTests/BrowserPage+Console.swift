internal import Foundation

/// The hub's console in the page.
@available(SwiftSSE 1.0, *)
extension BrowserPage {
    /// What the events that are shown have in a part of theirs, the newest first, with bars between.
    func shown(_ part: String = ".data") async throws -> String {
        try await self.evaluate(Self.shown(part))
    }

    /// Waits until the console shows just these data, the newest first.
    func wait(untilShown data: [String]) async throws {
        try await self.wait(until: "\(Self.shown()) === \(Self.literal(data.joined(separator: "|")))")
    }

    /// Waits until the console's connection is in a state.
    func wait(untilState state: String) async throws {
        try await self.wait(until: "document.querySelector('#state')?.dataset.state === \(Self.literal(state))")
    }

    func click(_ selector: String) async throws {
        try await self.evaluate("document.querySelector(\(Self.literal(selector))).click()")
    }

    /// Types a text into a field, instead of what is there.
    func fill(_ selector: String, _ text: String) async throws {
        try await self.evaluate(
            """
            (() => {
                const field = document.querySelector(\(Self.literal(selector)));
                field.value = \(Self.literal(text));
                field.dispatchEvent(new Event('input', { bubbles: true }));
            })()
            """
        )
    }

    /// Presses a key where the focus is.
    func press(_ key: String) async throws {
        try await self.evaluate(
            """
            document.activeElement.dispatchEvent(
                new KeyboardEvent('keydown', { key: \(Self.literal(key)), bubbles: true, cancelable: true })
            )
            """
        )
    }

    func text(of selector: String) async throws -> String {
        try await self.evaluate("document.querySelector(\(Self.literal(selector))).textContent")
    }

    private static func shown(_ part: String = ".data") -> String {
        """
        [...document.querySelectorAll('#events li:not([hidden])')]
            .map((row) => row.querySelector(\(Self.literal(part)))?.textContent ?? '').join('|')
        """
    }

    /// A text as JavaScript has it.
    static func literal(_ text: String) -> String {
        let json = try? JSONSerialization.data(withJSONObject: text, options: .fragmentsAllowed)
        return String(decoding: json ?? Data(), as: UTF8.self)
    }
}
