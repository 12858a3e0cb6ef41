#if NATS
/// What a consumer says of a message in the subject of its reply.
struct DeliverySubject: Equatable {
    /// The message's number in the stream.
    let streamSequence: UInt64

    /// The message's number in the consumer, from 1.
    let consumerSequence: UInt64

    /// The time at which the message was stored, in nanoseconds since 1970.
    let time: UInt64

    /// How many messages there are behind it.
    let pendingCount: UInt64

    /// Reads `$JS.ACK.<stream>.<consumer>.<delivered>.<stream sequence>.<consumer sequence>.<time>.<pending>`, or the
    /// same with `<domain>.<account>` before the stream and one part more at the end.
    init?(_ subject: UnsafePointer<CChar>) {
        let mark: StaticString = "$JS.ACK."
        let start = mark.utf8CodeUnitCount
        for index in 0..<start where UInt8(bitPattern: subject[index]) != mark.utf8Start[index] { return nil }
        // The numbers behind the dots from which on there are nothing but numbers, so the last parts.
        var partCount = 2
        var index = start
        while subject[index] != 0 {
            if subject[index] == 0x2E { partCount += 1 }
            index += 1
        }
        partCount += 1
        let skipped: Int
        switch partCount {
        case 9: skipped = 3
        case 11, 12: skipped = 5
        default: return nil
        }
        index = start
        var dots = 0
        while dots < skipped {
            if subject[index] == 0x2E { dots += 1 }
            index += 1
        }
        guard let streamSequence = Self.number(subject, &index), let consumerSequence = Self.number(subject, &index),
            let time = Self.number(subject, &index), let pendingCount = Self.number(subject, &index)
        else { return nil }
        self.streamSequence = streamSequence
        self.consumerSequence = consumerSequence
        self.time = time
        self.pendingCount = pendingCount
    }

    /// Reads a number and the dot behind it.
    private static func number(_ text: UnsafePointer<CChar>, _ index: inout Int) -> UInt64? {
        var number: UInt64 = 0
        let start = index
        while case let digit = text[index], digit != 0, digit != 0x2E {
            guard (0x30...0x39).contains(digit) else { return nil }
            let (product, overflow) = number.multipliedReportingOverflow(by: 10)
            let (sum, carry) = product.addingReportingOverflow(UInt64(digit - 0x30))
            if overflow || carry { return nil }
            number = sum
            index += 1
        }
        guard index > start else { return nil }
        if text[index] != 0 { index += 1 }
        return number
    }
}
#endif
