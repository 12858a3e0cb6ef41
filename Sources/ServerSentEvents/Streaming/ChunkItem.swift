/// What parsing on in a chunk leads to.
@available(SwiftSSE 1.0, *)
enum ChunkItem {
    case item(EventStreamItem)

    /// Something that is not handed out.
    case nothing

    case end
}
