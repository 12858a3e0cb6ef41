#if SQLite
internal import SSEBroker

/// The number by which a topic's events are found in the file: FNV-1a over its bytes, with 64 bits.
///
/// Two topics may have the same; what is found is looked at again. Making many with the same number costs those who
/// replay one of them a look at the events of the others, as if they had asked for all topics, and no more.
@available(SwiftSSE 1.0, *)
enum TopicHash {
    static func of(_ topic: Topic) -> Int64 { Int64(bitPattern: FNV.hash(topic.rawValue.utf8)) }
}
#endif
