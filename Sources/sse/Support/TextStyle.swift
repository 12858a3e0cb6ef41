/// Colours and weights for terminals; plain text everywhere else.
struct TextStyle {
    let isEnabled: Bool

    func bold(_ text: String) -> String { self.wrap(text, "1") }
    func dim(_ text: String) -> String { self.wrap(text, "2") }
    func cyan(_ text: String) -> String { self.wrap(text, "36") }
    func yellow(_ text: String) -> String { self.wrap(text, "33") }

    private func wrap(_ text: String, _ code: String) -> String {
        self.isEnabled ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
    }
}
