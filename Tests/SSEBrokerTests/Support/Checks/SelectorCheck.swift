import SSEBroker

/// Whatever the selector and the topic are, they are accepted, refused and matched as ``TemplateModel`` says.
@available(SwiftSSE 1.0, *)
package enum SelectorCheck {
    /// What came out in another way than it must.
    package struct Mismatch: Error, CustomStringConvertible {
        package let description: String
    }

    /// Takes a selector, a line feed and a topic from the bytes.
    package static func check(_ input: [UInt8]) throws(Mismatch) {
        let parts = input.split(separator: 0x0A, maxSplits: 1, omittingEmptySubsequences: false)
        let selectorText = String(decoding: parts[0], as: UTF8.self)
        let topicText = parts.count > 1 ? String(decoding: parts[1], as: UTF8.self) : ""
        let selector = try Self.selector(selectorText)
        let topic = try Self.topic(topicText)
        guard let selector, let topic else { return }

        let expected = selectorText == "*" || selectorText == topicText || TemplateModel.fits(selectorText, topicText)
        guard selector.matches(topic) == expected else {
            throw Mismatch(
                description: "\(selectorText.debugDescription) and \(topicText.debugDescription): \(!expected)"
            )
        }
        guard TopicSet([selector]).matches([topic]) == expected else {
            throw Mismatch(description: "a set of \(selectorText.debugDescription): \(!expected)")
        }
        guard selector.description == selectorText, topic.description == topicText else {
            throw Mismatch(description: "\(selectorText.debugDescription) or \(topicText.debugDescription) is changed")
        }
    }

    /// `nil` if the text is refused, as it must be.
    private static func selector(_ text: String) throws(Mismatch) -> TopicSelector? {
        let hasBraces = text.utf8.contains { $0 == UInt8(ascii: "{") || $0 == UInt8(ascii: "}") }
        let code: BrokerError.Code? =
            if !Self.isTopic(text) {
                text == "*" ? nil : .invalidTopic
            } else {
                !hasBraces || TemplateModel.isValid(text) ? nil : .invalidTemplate
            }
        do throws(BrokerError) {
            let selector = try TopicSelector(text)
            if code == nil { return selector }
        } catch {
            if error.code == code { return nil }
        }
        throw Mismatch(description: "the selector \(text.debugDescription) is not what it should be: \(code as Any)")
    }

    /// `nil` if the text is refused, as it must be.
    private static func topic(_ text: String) throws(Mismatch) -> Topic? {
        do throws(BrokerError) {
            let topic = try Topic(text)
            if Self.isTopic(text) { return topic }
        } catch {
            if !Self.isTopic(text), error.code == .invalidTopic { return nil }
        }
        throw Mismatch(
            description: "the topic \(text.debugDescription) is \(Self.isTopic(text) ? "refused" : "accepted")"
        )
    }

    private static func isTopic(_ text: String) -> Bool {
        1...2048 ~= text.utf8.count && text != "*"
            && !text.unicodeScalars.contains {
                $0.properties.generalCategory == .control || $0.properties.generalCategory == .format
            }
    }
}
