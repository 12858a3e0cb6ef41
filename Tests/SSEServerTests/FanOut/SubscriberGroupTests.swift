internal import NIOEmbedded
internal import SSETestSupport
internal import Testing

@testable internal import SSEServer

struct SubscriberGroupTests {
    @Test("Whoever comes and leaves during a walk, each member is served once", arguments: 1...20)
    @available(SwiftSSE 1.0, *)
    func walks(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let subscribers = EmbeddedSubscribers()
        let all = try (0..<12).map { _ in try subscribers.subscribe().1 }
        let group = all[0].group
        for subscriber in all { group.remove(subscriber) }

        var members: Set<Int> = []
        var served: Set<Int> = []
        var isWalking = false
        for _ in 0..<500 {
            let index = Int.random(in: all.indices, using: &generator)
            switch Int.random(in: 0..<4, using: &generator) {
            case 0 where !members.contains(index):
                // Whoever joins has got everything, that of this walk included.
                group.insert(all[index])
                members.insert(index)
                served.insert(index)
            case 1 where members.contains(index):
                group.remove(all[index])
                members.remove(index)
                served.remove(index)
            case 2 where !isWalking:
                group.records = try records(["event"])
                group.beginWalk()
                served = []
                isWalking = true
            default:
                guard isWalking else { continue }
                if let next = group.popNext() {
                    let number = try #require(all.firstIndex { $0 === next })
                    #expect(members.contains(number))
                    #expect(served.insert(number).inserted)
                } else {
                    #expect(served == members)
                    group.endWalk()
                    isWalking = false
                }
            }
            #expect(group.members.count == members.count)
            for number in members {
                #expect(group.members[all[number].indexInGroup] === all[number])
                #expect(group.hasServed(all[number]) == (!isWalking || served.contains(number)))
            }
        }
        // So that they can leave.
        for number in all.indices where !members.contains(number) { group.insert(all[number]) }
    }
}
